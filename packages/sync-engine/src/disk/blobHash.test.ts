import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeSocket, temporaryFolder } from '../testing/trees.ts';
import { hashFile } from './blobHash.ts';

test.each([
  ['folder', (path: string) => mkdirSync(path)],
  ['FIFO', (path: string) => spawnSync('mkfifo', [path])],
  ['socket', makeSocket],
])('a %s that came into the place of a file has no content, and nobody waits for it', (_kind, make) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'was-a-file');
  make(path);
  expect(hashFile(path, ['sha256'])).toBeUndefined();
});
