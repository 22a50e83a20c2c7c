import { createHash } from 'node:crypto';
import { isInside, asFilePath } from '../paths/relativePath.ts';
import { stateFolderName } from '../desired/guard.ts';
import type { Operation } from '../plan/operations.ts';
import { isRecord, parseJson, parseManifestHeader } from './manifest.ts';
import type { ManifestHeader } from './manifest.ts';
import { isSnapshotName } from './snapshotName.ts';

/** What an apply is about to do: enough to finish it, or to undo it, after a crash at any point. */
export interface Journal {
  /** Name of the snapshot that keeps what is replaced or deleted. */
  readonly snapshot: string;
  /** Of a revert: the snapshot whose manifest counts again once all is done. */
  readonly restores?: string | undefined;
  /** Of the manifest that describes the target once all is done. */
  readonly header: ManifestHeader;
  readonly operations: readonly Operation[];
}

export const journalName = 'journal';
/** The journal's name once undoing is decided: whoever goes on after a crash must not turn round again. */
export const undoJournalName = 'journal.undo';

const schema = 1;

/**
 * The text of a journal, in pieces: a JSON line of its own data, one of the manifest's header, one an operation, and a
 * digest.
 */
export function* formatJournal({ snapshot, restores, header, operations }: Journal): Generator<string> {
  const digest = createHash('sha256');
  let piece = `${JSON.stringify({ schema, snapshot, restores })}\n${JSON.stringify({ schema, ...header })}\n`;
  for (const operation of operations) {
    if (piece.length > 65_536) {
      digest.update(piece);
      yield piece;
      piece = '';
    }
    piece += `${JSON.stringify(operation)}\n`;
  }
  yield `${piece}${digest.update(piece).digest('hex')}\n`;
}

/**
 * Reads a journal line by line. It is untrusted: undefined for anything that `formatJournal` does not make, and for a path
 * outside the target.
 */
export function parseJournal(lines: Iterable<string>): Journal | undefined {
  const digest = createHash('sha256');
  const operations: Operation[] = [];
  let own: Pick<Journal, 'snapshot' | 'restores'> | undefined;
  let header: ManifestHeader | undefined;
  let last: string | undefined;
  for (const next of lines) {
    const line = last;
    last = next;
    if (line === undefined) continue;
    digest.update(`${line}\n`);
    if (own === undefined) {
      own = parseOwn(parseJson(line));
      if (own === undefined) return undefined;
    } else if (header === undefined) {
      header = parseManifestHeader(line);
      if (header === undefined) return undefined;
    } else {
      const operation = parseOperation(parseJson(line));
      if (operation === undefined) return undefined;
      operations.push(operation);
    }
  }
  if (own === undefined || header === undefined || digest.digest('hex') !== last) return undefined;
  return { ...own, header, operations };
}

function parseOwn(value: unknown): Pick<Journal, 'snapshot' | 'restores'> | undefined {
  if (!isRecord(value) || value['schema'] !== schema) return undefined;
  const { snapshot, restores } = value;
  if (!isSnapshotName(snapshot)) return undefined;
  if (restores === undefined) return { snapshot };
  return isSnapshotName(restores) ? { snapshot, restores } : undefined;
}

function parseOperation(value: unknown): Operation | undefined {
  if (!isRecord(value) || typeof value['path'] !== 'string') return undefined;
  const { kind, slot, mode, blobId } = value;
  const path = asFilePath(value['path']);
  if (path === undefined || isInside(path.toLowerCase(), stateFolderName)) return undefined;
  if (kind === 'makeFolder') {
    if (mode === undefined) return { kind, path };
    return isNumberUpTo(mode, 0o7777) ? { kind, path, mode } : undefined;
  }
  if (kind === 'removeFolder') return isNumberUpTo(mode, 0o7777) ? { kind, path, mode } : undefined;
  if (!isNumberUpTo(slot, Number.MAX_SAFE_INTEGER)) return undefined;
  if (kind === 'delete') return { kind, path, slot };
  if (kind !== 'write' || typeof blobId !== 'string' || !/^[0-9a-f]{40,64}$/.test(blobId)) return undefined;
  const isLink = value['link'] === true ? { link: true as const } : {};
  const [executable, replaces] = [value['executable'] === true, value['replaces'] === true];
  return { kind, path, blobId, executable, replaces, slot, ...isLink };
}

function isNumberUpTo(value: unknown, maximum: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= maximum;
}
