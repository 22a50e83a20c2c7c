// The whole bench in its short form, against a server of its own. What it measures here says nothing about speed.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(300_000);

test('a small fleet goes through every case', async () => {
  const size = { crs: 4, gateways: 2, sharing: 2, largeGateways: 5 };
  const given = { crs: 4, gateways: 2, sharing: 2, 'large-gateways': 5, 'rest-seconds': 1, output: 'json' };
  const options = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  const program = ['--conditions=@stoker/source', join(import.meta.dirname, 'main.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, ...options]);
  const { lines, ...results } = JSON.parse(stdout) as { lines: { figure: string; value: number; isMet?: boolean }[] };
  expect(results).toEqual({ size, restSeconds: 1 });
  const valueOf = (figure: string) => lines.find((line) => line.figure === figure)?.value;
  expect(valueOf('large CR: writes refused as conflicts')).toBe(0);
  expect(valueOf('large CR: the whole object')).toBeGreaterThan(1024);
  // Nobody polls within a second, and a second of nothing may cost nothing.
  const mayBeNothing = /^rest: (questions|share)|conflicts$/;
  expect(lines.filter(({ figure, value }) => !(value > 0) && !mayBeNothing.test(figure))).toEqual([]);
});
