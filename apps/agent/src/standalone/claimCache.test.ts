import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claimCache } from './claimCache.ts';
import { holderOfThisProcess, isAlive } from './holder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stoker-cache-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a cache is there again for the next process', async () => {
  const first = await claimCache(join(root, 'cache'));
  await first.release();
  const second = await claimCache(join(root, 'cache'));
  expect(second.directory).toBe(first.directory);
});

test('a second process gets a cache of its own, which is gone afterwards', async () => {
  const first = await claimCache(root);
  const second = await claimCache(root);
  expect(second.directory).not.toBe(first.directory);
  mkdirSync(second.directory);
  await second.release();
  expect(existsSync(second.directory)).toBe(false);
  const third = await claimCache(root);
  expect(third.directory).not.toBe(first.directory);
});

test.each([
  ['of a process that is gone', holderOfThisProcess().replace(/^process-\d+/, 'process-4194304')],
  ['of an earlier process with our id', holderOfThisProcess().replace(/\.\d+\./, '.1.')],
  ['of an earlier boot', holderOfThisProcess().replace(/[^.]*$/, 'earlier-boot')],
  ['that is damaged', ''],
])('a claim %s is taken over', async (_case, holder) => {
  expect(isAlive(holder)).toBe(false);
  writeFileSync(join(root, 'claimed-by'), holder);
  expect((await claimCache(root)).directory).toBe(join(root, 'git'));
});

test('this process is alive', () => {
  expect(isAlive(holderOfThisProcess())).toBe(true);
});

test.each(['/proc/stoker', '/proc/stoker/deep/cache'])(
  'a cache that cannot be made, %s, is said to be so',
  async (path) => {
    await expect(claimCache(path)).rejects.toThrow(`--cache ${path} cannot be made (ENOENT)`);
  },
);

test('a cache is made with the folders above it', async () => {
  const { directory } = await claimCache(join(root, 'a/b/cache'));
  expect(directory).toBe(join(root, 'a/b/cache/git'));
});
