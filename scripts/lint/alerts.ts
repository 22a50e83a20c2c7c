// Checks the chart's alert rules with promtool (built with Go the first time), and that they fire when they should; and that
// every query of the dashboards is one.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkout } from '../../e2e/src/cluster/paths.ts';
import { ensureGoProgram } from '../setup/ensureGoProgram.ts';
import { rulesOfDashboard } from './rulesOfDashboard.ts';

const promtool = await ensureGoProgram('promtool', 240_000);
const cwd = join(checkout, 'deploy/charts/tests');
const temporary = mkdtempSync(join(tmpdir(), 'stoker-dashboards-'));
try {
  const dashboards = globSync(join(checkout, 'deploy/charts/stoker/files/dashboards/*.json'));
  const groups = dashboards.flatMap((path) => rulesOfDashboard(basename(path), JSON.parse(readFileSync(path, 'utf8'))));
  const queries = join(temporary, 'dashboards.json');
  writeFileSync(queries, JSON.stringify({ groups }));
  const runs = [
    ['check', 'rules', '--lint-fatal', '../stoker/files/alerts.yaml'],
    ['test', 'rules', 'alerts.test.yaml'],
    ['check', 'rules', '--lint=none', queries],
  ];
  const failed = runs.filter((args) => spawnSync(promtool, args, { cwd, stdio: 'inherit' }).status !== 0);
  process.exitCode = failed.length === 0 && groups.length > 0 ? 0 : 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
