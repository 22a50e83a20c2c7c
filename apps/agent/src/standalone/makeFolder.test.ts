import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeFolder } from './makeFolder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-make-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('many that make folders below a missing one at once do not trip each other up', async () => {
  const paths = Array.from({ length: 50 }, (_, index) => join(folder, 'cache', 'stoker', `target-${index % 5}`));
  await Promise.all(paths.map((path) => makeFolder(path)));
  for (const path of paths) expect(statSync(path).isDirectory()).toBe(true);
});

test('a folder for which there can be no parent is an error, not an endless attempt', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder('/proc/no-such-folder')).rejects.toMatchObject({ code: 'ENOENT' });
});
