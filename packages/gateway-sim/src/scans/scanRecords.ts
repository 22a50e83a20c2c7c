import { createHash } from 'node:crypto';
import type { Loaded } from '../loader/loadTree.ts';
import type { Problem } from '../loader/problem.ts';
import type { Tree } from '../loader/readTree.ts';

export type ScanKind = 'projects' | 'config';
/** Who wanted it: the gateway at its start, a call of the REST API, or the continuous scanning that a test switched on. */
export type ScanCause = 'start' | 'request' | 'watch';

/** What one scan saw. */
export interface ScanRecord {
  readonly id: number;
  readonly kind: ScanKind;
  readonly cause: ScanCause;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Names everything that was seen: SHA-256 over the sorted paths and hashes. Equal folders have equal digests. */
  readonly digest: string;
  readonly files: number;
  readonly problems: readonly Problem[];
  readonly resources: number;
  readonly projects: readonly string[];
}

export interface ScanRecords {
  add(
    scan: Omit<ScanRecord, 'id' | 'digest' | 'files' | 'problems' | 'resources' | 'projects'>,
    tree: Tree,
    loaded: Loaded,
  ): ScanRecord;
  list(): readonly ScanRecord[];
  /** Path → SHA-256, as that scan saw it. Undefined when the record has been pushed out. */
  filesOf(id: number): ReadonlyMap<string, string> | undefined;
}

/**
 * The last scans. A record pushes out the oldest look that saw what the look before it saw, so that hours of looking do not
 * push out what mattered; where there is none, the oldest record. Equal trees are kept once.
 */
export function createScanRecords(capacity: number): ScanRecords {
  const records: ScanRecord[] = [];
  const trees = new Map<string, ReadonlyMap<string, string>>();
  let nextId = 1;

  return {
    add(scan, tree, loaded) {
      const digest = digestOf(tree.hashes);
      const record: ScanRecord = {
        id: nextId++,
        ...scan,
        digest,
        files: tree.hashes.size,
        problems: loaded.problems,
        resources: loaded.resources.length,
        projects: loaded.projects,
      };
      records.push(record);
      if (!trees.has(digest)) trees.set(digest, tree.hashes);
      if (records.length > capacity) {
        const [oldest] = records.splice(oldestRepeat(records) ?? 0, 1);
        if (oldest && !records.some((other) => other.digest === oldest.digest)) trees.delete(oldest.digest);
      }
      return record;
    },
    list: () => [...records],
    filesOf(id) {
      const record = records.find((candidate) => candidate.id === id);
      return record && trees.get(record.digest);
    },
  };
}

/** The index of the oldest `watch` record that saw what the last scan of its kind had seen. */
function oldestRepeat(records: readonly ScanRecord[]): number | undefined {
  const last = new Map<ScanKind, string>();
  for (const [index, { kind, cause, digest }] of records.entries()) {
    if (cause === 'watch' && last.get(kind) === digest) return index;
    last.set(kind, digest);
  }
  return undefined;
}

/** SHA-256 over `<path> NUL <hash> LF` of all files, sorted by path. */
function digestOf(hashes: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const path of [...hashes.keys()].sort()) hash.update(`${path}\0${hashes.get(path) ?? ''}\n`);
  return hash.digest('hex');
}
