import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { ensureGoProgram } from '../setup/ensureGoProgram.ts';
import { rulesOfDashboard } from './rulesOfDashboard.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-dashboard-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const query = (expr: string) => ({ title: 'Syncs', targets: [{ expr }] });

test('queries become rules with their variables replaced, those of folded rows too', () => {
  const row = { title: 'More', panels: [query('a{b="${c}"}')] };
  expect(rulesOfDashboard('fleet.json', { panels: [query('rate(x{y="$z"}[$__rate_interval])'), row] })).toEqual([
    { name: 'fleet.json: 0 Syncs', rules: [{ record: 'panel_0:query_0', expr: 'rate(x{y="value"}[5m])' }] },
    { name: 'fleet.json: 2 Syncs', rules: [{ record: 'panel_2:query_0', expr: 'a{b="value"}' }] },
  ]);
});

/** Where lint has not yet built it. */
const buildMs = 600_000;

test(
  'promtool takes them, and refuses the panel whose query is none',
  async () => {
    const promtool = await ensureGoProgram('promtool', 240_000);
    const check = (expr: string) => {
      const file = join(folder, 'rules.json');
      writeFileSync(file, JSON.stringify({ groups: rulesOfDashboard('fleet.json', { panels: [query(expr)] }) }));
      return runProgram(promtool, ['check', 'rules', '--lint=none', file]);
    };
    await expect(check('sum by (pod) (rate(x{y=~"$z"}[$__rate_interval]))')).resolves.toContain('1 rules found');
    await expect(check('sum by (pod) (rate(x{y=~"$z"})')).rejects.toThrow('fleet.json: 0 Syncs');
  },
  buildMs,
);
