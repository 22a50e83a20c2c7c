import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Takes every descriptor that there is but two, which is too few for the pipes of a process. */
const source = `
import { closeSync, openSync } from 'node:fs';
import { runGit } from '${join(import.meta.dirname, 'runGit.ts')}';
const held = [];
try {
  for (;;) held.push(openSync('/dev/null'));
} catch {
  for (const file of held.slice(-2)) closeSync(file);
}
const error = await runGit(['--version'], { environment: process.env }).catch((cause) => cause);
for (const file of held.slice(0, -2)) closeSync(file);
const { code } = await runGit(['--version'], { environment: process.env });
console.log(error.reason, code);
`;

test('without a descriptor left git is not usable, and the process lives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gitref-descriptors-'));
  const script = join(folder, 'main.mjs');
  await writeFile(script, source);
  const command = `ulimit -n 200; exec "${process.execPath}" --conditions=@stoker/source "${script}"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  expect(stdout).toBe('GitNotUsable 0\n');
  await rm(folder, { recursive: true });
});
