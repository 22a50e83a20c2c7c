import { hashFile, linkBlobId } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { LiveTree } from '../disk/liveTree.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import type { Journal } from '../state/journal.ts';
import { diskError } from '../syncError.ts';
import type { FileChange } from '../types.ts';

export interface SlotChange extends FileChange {
  readonly slot: number;
}

export interface ComparisonRequest {
  readonly applied: Journal;
  readonly live: LiveTree;
  readonly blobHash: BlobHash;
  /** Called for each operation; may throw to stop. */
  readonly beat: () => void;
}

/** What the operations of a revert mean for the files, in their order; ids are of `blobHash`. */
export function changesOf(
  operations: readonly Operation[],
  { applied, live, blobHash, beat }: ComparisonRequest,
): readonly SlotChange[] {
  const written = new Map(applied.operations.map((operation) => [operation.path, operation]));
  return operations.flatMap((operation): readonly SlotChange[] => {
    beat();
    if (operation.kind !== 'write' && operation.kind !== 'delete') return [];
    const { path, slot } = operation;
    const [before, asApplied] = liveBlobIds(path, live, [blobHash, applied.header.blobHash]);
    const after = operation.kind === 'write' ? operation.blobId : undefined;
    const kind = after === undefined ? 'deleted' : before === undefined ? 'added' : 'modified';
    const last = written.get(path);
    const liveEdit = asApplied !== (last?.kind === 'write' ? last.blobId : undefined);
    return [{ path, slot, kind, before, after, liveEdit }];
  });
}

function liveBlobIds(path: RelativePath, live: LiveTree, hashes: readonly BlobHash[]): readonly string[] {
  const { kind } = live.node(path);
  try {
    if (kind === 'symlink') return hashes.map((hash) => linkBlobId(live.absolute(path), hash));
    return kind === 'file' ? (hashFile(live.absolute(path), hashes)?.blobIds ?? []) : [];
  } catch (error) {
    throw diskError(error, 'read', path);
  }
}
