import type { ChangesDocument } from '@stoker/crd-types';
import type { FileChange } from '@stoker/sync-engine';

/** Bounds of a changes document: a ConfigMap holds 1 MiB and is read by people. */
export const maxChanges = 500;
export const maxChangesBytes = 256 * 1024;

/** As many changes as the bounds admit, in order; the rest counted. */
export function boundChanges(changes: readonly FileChange[]): Pick<ChangesDocument, 'changes' | 'omitted'> {
  const kept: ChangesDocument['changes'][number][] = [];
  let bytes = 0;
  for (const { path, kind, before, after, liveEdit } of changes.slice(0, maxChanges)) {
    const change = {
      path,
      kind,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(liveEdit ? { liveEdit: true as const } : {}),
    };
    bytes += Buffer.byteLength(JSON.stringify(change)) + 1;
    if (bytes > maxChangesBytes - envelopeBytes) break;
    kept.push(change);
  }
  return { changes: kept, omitted: changes.length - kept.length };
}

/** Room for the document's other fields. */
const envelopeBytes = 1024;
