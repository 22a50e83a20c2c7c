import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { directorySource, sync } from './index.ts';
import { mapping, refusal, requestFor } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';
import type { Source } from './types.ts';

test('a link on the way to the source of a mapping is refused, also one to a folder of the source', async () => {
  using folder = temporaryFolder();
  writeTree(join(folder.path, 'from'), { 'real/site/a.txt': 'a' });
  symlinkSync('real', join(folder.path, 'from/link'));
  const request = requestFor(join(folder.path, 'from'), join(folder.path, 'to'), {
    mappings: [mapping('link/site', 'conf')],
  });
  expect(await refusal(request)).toMatchObject({
    reason: 'SymlinkRefused',
    message: expect.stringContaining('"link"'),
  });
  expect(readTree(join(folder.path, 'to'))).toEqual({});
});

test('a link above the directory is the business of whoever named it', async () => {
  using folder = temporaryFolder();
  writeTree(join(folder.path, 'real/from'), { 'a.txt': 'a' });
  symlinkSync('real', join(folder.path, 'link'));
  const source = directorySource(join(folder.path, 'link/from'));
  await sync(requestFor('', join(folder.path, 'to'), { source }));
  expect(readTree(join(folder.path, 'to'))).toEqual({ 'conf/a.txt': 'a' });
});

test('a FIFO in the source is refused without opening it', async () => {
  using folder = temporaryFolder();
  writeTree(join(folder.path, 'from'), { 'a.txt': 'a' });
  spawnSync('mkfifo', [join(folder.path, 'from/pipe')]);
  expect(await refusal(requestFor(join(folder.path, 'from'), join(folder.path, 'to')))).toMatchObject({
    reason: 'SourceMissing',
    message: expect.stringContaining('"pipe"'),
  });
});

test.each(['nowhere', 'a-file'])('a source that is %s is missing, and the target keeps its files', async (name) => {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
  writeTree(from, { 'a.txt': 'a' });
  await sync(requestFor(from, to));
  writeFileSync(join(folder.path, 'a-file'), '');
  expect(await refusal(requestFor(join(folder.path, name), to))).toMatchObject({
    reason: 'SourceMissing',
    message: expect.stringContaining(JSON.stringify(join(folder.path, name))),
  });
  expect(readTree(to)).toEqual({ 'conf/a.txt': 'a' });
});

test('a file that is gone before it was read is an error of the source, not of the target', async () => {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
  writeTree(from, { 'deep/a.txt': 'a', 'b.txt': 'b' });
  writeTree(to, { 'conf/old.txt': 'old' });
  const listed = directorySource(from);
  const source: Source = {
    ...listed,
    async *list(under, signal) {
      yield* listed.list(under, signal);
      rmSync(join(from, 'deep/a.txt'));
    },
  };
  expect(await refusal(requestFor('', to, { source }))).toEqual({
    reason: 'SourceIOError',
    message: 'cannot read "deep/a.txt" of the source: ENOENT',
  });
  expect(readTree(to)).toEqual({ 'conf/old.txt': 'old' });
});
