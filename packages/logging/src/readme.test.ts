import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'logSync.ts');

test('the example of the README logs what the README says, and never the token', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  expect(readme).toContain(await readFile(example, 'utf8'));

  const token = 'a-token-of-somebody';
  const nodeArguments = ['--conditions=@stoker/source', example, token];
  const { stdout } = await promisify(execFile)(process.execPath, nodeArguments);
  const [first, second] = stdout.replaceAll(/"time":"[^"]*"/g, '"time":"…"').split('\n');
  expect(readme).toContain(`// ${first}\n`);
  expect(second).toContain('the server said [redacted]');
  expect(stdout).not.toContain(token);
});
