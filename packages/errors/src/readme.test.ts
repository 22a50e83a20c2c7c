import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'explain.ts');

test('the example of the README runs as it stands', async () => {
  expect(await readFile(join(packageFolder, 'README.md'), 'utf8')).toContain(await readFile(example, 'utf8'));

  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@stoker/source', example]);
  expect(stdout).toBe('RefNotFound: the repository has no branch or tag "mian" (correct spec.git.ref); giving up\n');
});
