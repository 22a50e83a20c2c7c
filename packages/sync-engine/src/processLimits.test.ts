// What the operating system grants a process: bytes a file, and open files.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

const node = [process.execPath, '--conditions=@stoker/source'];
const syncChild = fileURLToPath(new URL('testing/syncChild.ts', import.meta.url));

/** Syncs in a process of its own, with what `ulimit` takes: `-f 5` is 5 KiB a file (blocks of 512 bytes in dash). */
function syncUnder(limit: string, source: string, target: string): { code: number | null; stderr: string } {
  const script = `trap '' XFSZ; ulimit ${limit}; exec "$@"`;
  const result = spawnSync('sh', ['-c', script, 'sh', ...node, syncChild, 'sync', source, target], {
    encoding: 'utf8',
  });
  return { code: result.status, stderr: result.stderr };
}

test('a write that the kernel cuts short is never taken for a whole one', () => {
  using folder = temporaryFolder();
  const [first, second, target] = ['first', 'second', 'target'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  writeTree(target, {});
  writeTree(first, { 'a.txt': 'old', 'b.txt': 'b' });
  writeTree(second, { 'a.txt': 'x'.repeat(100_000), 'b.txt': 'changed' });
  expect(syncUnder('-f unlimited', first, target).code).toBe(0);
  const before = readTree(target);
  // 64 blocks: the kernel takes the first 32 KiB of a.txt, and says so; EFBIG comes with the next call alone.
  const { code, stderr } = syncUnder('-f 64', second, target);
  expect([code, JSON.parse(stderr).message]).toEqual([1, expect.stringContaining('EFBIG')]);
  expect(readTree(target)).toEqual(before);
  expect(syncUnder('-f unlimited', second, target).code).toBe(0);
  expect(readTree(target)).toEqual({ 'conf/a.txt': 'x'.repeat(100_000), 'conf/b.txt': 'changed' });
});

test('2,000 files are synced with 64 open files at most', () => {
  using folder = temporaryFolder();
  const [source, target] = [join(folder.path, 'source'), join(folder.path, 'target')];
  writeTree(target, {});
  const names = Array.from({ length: 2000 }, (_, index) => `folder-${index % 20}/file-${index}.txt`);
  writeTree(source, Object.fromEntries(names.map((name) => [name, name])));
  expect(syncUnder('-n 64', source, target)).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(join(target, 'conf/folder-7'))).toHaveLength(100);
});
