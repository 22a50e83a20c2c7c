import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';

const cache = mkdtempSync(join(tmpdir(), 'stoker-layers-'));
process.env['XDG_CACHE_HOME'] = cache;
const { hasLayer, keepOnly, layerOf } = await import('./layerStore.ts');
afterAll(() => rmSync(cache, { recursive: true }));

const write = (text: string) => jest.fn(async (file: string) => writeFileSync(file, text));

test('a layer is built once for the same ingredients', async () => {
  const build = write('one');
  const first = await layerOf(['a', 'b'], build);
  expect(await layerOf(['a', 'b'], build)).toEqual(first);
  expect(build).toHaveBeenCalledTimes(1);
  expect(readFileSync(first.file, 'utf8')).toBe('one');
});

test('ingredients are not confused when they are cut elsewhere', async () => {
  const first = await layerOf(['ab', 'c'], write('ab-c'));
  expect((await layerOf(['a', 'bc'], write('a-bc'))).digest).not.toBe(first.digest);
});

test('a build that fails leaves nothing behind, and is tried again', async () => {
  const failing = layerOf(['broken'], async (file) => {
    writeFileSync(file, 'half');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(hasLayer(['broken'])).toBe(false);
});

test('layers that no image needs any more are forgotten', async () => {
  const kept = await layerOf(['kept'], write('kept'));
  await layerOf(['dropped'], write('dropped'));
  keepOnly([kept]);
  expect([hasLayer(['kept']), hasLayer(['dropped'])]).toEqual([true, false]);
});
