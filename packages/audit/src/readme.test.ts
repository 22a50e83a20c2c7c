import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'record.ts');

test('the example of the README records what the README says, on standard output and in the file', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  expect(readme).toContain(await readFile(example, 'utf8'));

  const folder = await mkdtemp(join(tmpdir(), 'stoker-audit-'));
  try {
    const path = join(folder, 'audit.jsonl');
    const nodeArguments = ['--conditions=@stoker/source', example, path, 'a-token-of-somebody'];
    const { stdout } = await promisify(execFile)(process.execPath, nodeArguments);
    expect(await readFile(path, 'utf8')).toBe(stdout);
    expect(readme).toContain(`// ${stdout.trim().replaceAll(/"(id|time)":"[^"]*"/g, '"$1":"…"')}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
