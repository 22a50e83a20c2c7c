import type { DesiredFile } from '../desired/desiredTree.ts';
import { nameOf, parentOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { ManifestEntry } from '../state/manifest.ts';
import type { Seal } from '../types.ts';

/** What the manifest calls the way of a file that was sealed after whatever else it went through. */
export function sealId({ transform }: DesiredFile): string {
  return `seal ${transform?.id ?? ''}`;
}

/**
 * The files of which it is known what becomes of them, since the same blob went the same way before. A seal depends on
 * its neighbours: where one of them is new, another, or gone, nothing of their folder is known.
 */
export function knownOutcomes(
  files: ReadonlyMap<RelativePath, DesiredFile>,
  {
    known,
    seal,
  }: { readonly known: ReadonlyMap<RelativePath, ManifestEntry> | undefined; readonly seal: Seal | undefined },
): ReadonlyMap<RelativePath, ManifestEntry> {
  const outcomes = new Map<RelativePath, ManifestEntry>();
  if (known === undefined) return outcomes;
  const unsettled = new Set<RelativePath>();
  for (const file of files.values()) {
    const entry = known.get(file.path);
    if (entry === undefined || !wentThisWay(entry, file, seal)) unsettled.add(parentOf(file.path));
    else if (entry.transformId !== '') outcomes.set(file.path, entry);
  }
  if (seal === undefined) return outcomes;
  for (const path of known.keys()) if (!files.has(path)) unsettled.add(parentOf(path));
  for (const path of outcomes.keys()) if (unsettled.has(parentOf(path))) outcomes.delete(path);
  return outcomes;
}

function wentThisWay(entry: ManifestEntry, file: DesiredFile, seal: Seal | undefined): boolean {
  if ((entry.originId ?? entry.blobId) !== file.blobId) return false;
  const isSealed = seal?.fileName === nameOf(file.path) && entry.transformId === sealId(file);
  return isSealed || entry.transformId === (file.transform?.id ?? '');
}
