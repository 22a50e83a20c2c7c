import { setTimeout as sleep } from 'node:timers/promises';

export interface LockHolder {
  readonly actor: string;
  /** When it was taken, and when the gateway takes it back; milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Keeps scans of one kind, and edits, away while somebody changes files. Ends by itself. */
export interface ScanLock {
  holder(): LockHolder | undefined;
  /** False when somebody else holds it. */
  take(actor: string, holdMs: number): boolean;
  release(): void;
  /** Resolves once nobody holds it; false when that took longer than `timeoutMs`. */
  waitUntilFree(timeoutMs: number): Promise<boolean>;
}

const pollMs = 5;

export function createScanLock(): ScanLock {
  let current: LockHolder | undefined;

  function holder(): LockHolder | undefined {
    if (current !== undefined && current.untilMs <= Date.now()) current = undefined;
    return current;
  }

  return {
    holder,
    take(actor, holdMs) {
      if (holder() !== undefined) return false;
      const nowMs = Date.now();
      current = { actor, sinceMs: nowMs, untilMs: nowMs + holdMs };
      return true;
    },
    release() {
      current = undefined;
    },
    async waitUntilFree(timeoutMs) {
      const startedAtMs = performance.now();
      while (holder() !== undefined) {
        if (performance.now() - startedAtMs >= timeoutMs) return false;
        await sleep(pollMs);
      }
      return true;
    },
  };
}
