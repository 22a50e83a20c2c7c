import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openFolder } from '../disk/openFolder.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { memorySource } from '../testing/memorySource.ts';
import { temporaryFolder } from '../testing/trees.ts';
import { stageFiles, sweepStage } from './stageFiles.ts';

test('a full file system is noticed before the file that does not fit is begun', async () => {
  using folder = temporaryFolder();
  const stage = openFolder(folder.path);
  const source = memorySource({ 'a.txt': 'content' });
  const blobs: string[] = [];
  for await (const batch of source.list(['.'])) blobs.push(...batch.map((entry) => entry.blobId));
  const writes = blobs.map((blobId, slot) => {
    const path = 'a.txt' as RelativePath;
    return { kind: 'write', path, blobId, executable: false, replaces: false, slot } as const;
  });
  const request = { source, writes, stage, signal: undefined, onStaged: () => undefined };
  await expect(stageFiles({ ...request, reservedBytes: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject({
    reason: 'StorageFull',
    class: 'transient',
  });
  expect(readdirSync(folder.path)).toEqual([]);
  const staged = await stageFiles({ ...request, reservedBytes: 0 });
  expect([staged.bytes, staged.sizes.length, readdirSync(folder.path)]).toEqual([7, 1, ['0']]);

  mkdirSync(`${folder.path}/left/by/a/crash`, { recursive: true });
  sweepStage(stage);
  expect(readdirSync(folder.path)).toEqual([]);
  stage.close();
});
