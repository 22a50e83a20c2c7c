import { setTimeout as sleep } from 'node:timers/promises';
import { loadTree, type Loaded, type SignaturePolicy } from '../loader/loadTree.ts';
import { readTree, type Tree } from '../loader/readTree.ts';
import { createScanLock, type ScanLock } from './scanLock.ts';
import type { ScanCause, ScanKind, ScanRecord, ScanRecords } from './scanRecords.ts';

/** What `GET scan/…` answers. */
export interface ScanStatus {
  readonly scanActive: boolean;
  readonly lastScanTimestamp: number;
  readonly lastScanDuration: number;
}

export interface ScannerOptions {
  readonly kind: ScanKind;
  readonly dataDir: string;
  readonly ownerUid: number | undefined;
  readonly signaturePolicy: SignaturePolicy;
  readonly records: ScanRecords;
  /** Called before a requested scan reads anything. What it answers becomes of the scan. */
  readonly onRequested: () => 'scan' | 'load nothing' | 'never end';
}

/** Reads one part of the data folder, `projects` or `config`, one scan at a time. */
export interface Scanner {
  readonly lock: ScanLock;
  status(): ScanStatus;
  /** What the last scan saw and made of it. */
  lastRead(): { readonly tree: Tree; readonly loaded: Loaded };
  /** Takes the lock, once no scan goes on and nobody else holds it. */
  acquireLock(actor: string, acquireMs: number, holdMs: number): Promise<'taken' | 'busy' | 'held'>;
  /** Releases the lock and begins a scan, or one more after that which goes on. */
  request(): ScanStatus;
  /** A scan outside the REST API; waits for the lock like every scan nobody asked for. */
  scan(cause: Exclude<ScanCause, 'request'>): Promise<ScanRecord>;
  /** Lets a scan that never ends be over. */
  endStuckScan(): void;
  /** Forgets everything that goes on, the lock too, as a restart does. */
  reset(): void;
}

const pollMs = 2;
const scannedFolders: Readonly<Record<ScanKind, string>> = { projects: 'projects', config: 'config/resources' };

export function createScanner(options: ScannerOptions): Scanner {
  const { kind, dataDir, ownerUid, signaturePolicy, records, onRequested } = options;
  const lock = createScanLock();
  let active = false;
  let again = false;
  let stuck = false;
  let lastScanTimestamp = 0;
  let lastScanDuration = 0;
  let lastRead = { tree: nothingRead, loaded: nothingLoaded };

  async function run(cause: ScanCause, loadsNothing = false): Promise<ScanRecord> {
    const startedAtMs = Date.now();
    const tree = await readTree(dataDir, [scannedFolders[kind]], ownerUid);
    const loaded: Loaded = loadsNothing ? nothingLoaded : loadTree(tree, signaturePolicy);
    const finishedAtMs = Math.max(Date.now(), lastScanTimestamp + 1);
    lastScanTimestamp = finishedAtMs;
    lastScanDuration = finishedAtMs - startedAtMs;
    lastRead = { tree: loadsNothing ? nothingRead : tree, loaded };
    return records.add({ kind, cause, startedAtMs, finishedAtMs }, lastRead.tree, loaded);
  }

  async function runRequested(): Promise<void> {
    active = true;
    try {
      do {
        again = false;
        const fate = onRequested();
        if (fate === 'never end') {
          stuck = true;
          return;
        }
        await run('request', fate === 'load nothing');
      } while (again);
    } finally {
      active = stuck;
    }
  }

  function endStuckScan(): void {
    if (!stuck) return;
    stuck = false;
    active = false;
  }

  return {
    lock,
    lastRead: () => lastRead,
    status: () => ({ scanActive: active, lastScanTimestamp, lastScanDuration }),

    async acquireLock(actor, acquireMs, holdMs) {
      const startedAtMs = performance.now();
      for (;;) {
        if (!active && lock.take(actor, holdMs)) return 'taken';
        if (performance.now() - startedAtMs >= acquireMs) return active ? 'busy' : 'held';
        await sleep(pollMs);
      }
    },

    request() {
      lock.release();
      if (active) again = true;
      else void runRequested();
      return this.status();
    },

    async scan(cause) {
      for (;;) {
        await lock.waitUntilFree(Infinity);
        if (!active) break;
        await sleep(pollMs);
      }
      active = true;
      try {
        return await run(cause);
      } finally {
        active = false;
        if (again) void runRequested();
      }
    },

    endStuckScan,

    reset() {
      lock.release();
      again = false;
      endStuckScan();
    },
  };
}

const nothingRead: Tree = { hashes: new Map(), documents: new Map(), problems: [] };
const nothingLoaded: Loaded = { problems: [], resources: [], projects: [] };
