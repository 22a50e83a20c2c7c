import { blobIdAt } from '../disk/blobHash.ts';
import type { Folder } from '../disk/openFolder.ts';
import type { Journal } from '../state/journal.ts';
import { isRecord, parseJson } from '../state/manifest.ts';
import { openSnapshot } from '../state/snapshots.ts';
import { readLines, writeStateFile } from '../state/stateFiles.ts';

/**
 * After a crash: writes the index of a snapshot again where what is kept is not what was planned with, because somebody wrote to a
 * file before it was replaced: a hard link shows that too, and a revert would take it for damage. What is missing is left as it
 * stands there, so that a revert finds out. Throws as `beat` does.
 */
export function correctRecoveredIndex(
  snapshots: Folder,
  { snapshot, header }: Pick<Journal, 'snapshot' | 'header'>,
  beat: () => void,
): void {
  const folder = openSnapshot(snapshots, snapshot);
  try {
    const planned = [...readLines(`${folder.path}/index`)];
    const kept = planned.map((line) => {
      beat();
      return asKept(line, folder, header.blobHash);
    });
    if (kept.every((line, index) => line === planned[index])) return;
    writeStateFile(
      folder,
      'index',
      kept.map((line) => `${line}\n`),
    );
  } finally {
    folder.close();
  }
}

function asKept(line: string, folder: Folder, blobHash: Journal['header']['blobHash']): string {
  const entry = parseJson(line);
  if (!isRecord(entry)) return line;
  const blobId = blobIdAt(`${folder.path}/${Number(entry['slot'])}`, blobHash);
  return blobId === undefined || blobId === entry['blobId']
    ? line
    : JSON.stringify({ ...entry, blobId, liveEdit: true });
}
