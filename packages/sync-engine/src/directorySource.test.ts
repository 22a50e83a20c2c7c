import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { directorySource, sync } from './index.ts';
import { mapping, refusal, requestFor } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

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
