import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'renderPath.ts');

test('the example of the README prints what its comments say', async () => {
  const code = await readFile(example, 'utf8');
  expect(await readFile(join(packageFolder, 'README.md'), 'utf8')).toContain(code);

  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@stoker/source', example]);
  expect(stdout.trim().split('\n')).toEqual(
    [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, comment]) => comment),
  );
  expect(stdout).toContain('sites/plant/area-1\n');
});
