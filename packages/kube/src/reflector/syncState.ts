export interface SyncState {
  readonly isDone: boolean;
  done(): void;
  /** Whoever still waits is told that it will not happen. */
  stop(): void;
  wait: (signal?: AbortSignal) => Promise<void>;
}

/** A gate that opens once. */
export function createSyncState(): SyncState {
  const first = Promise.withResolvers<void>();
  // Nobody has to wait: then its end concerns nobody either.
  first.promise.catch(() => undefined);
  let isDone = false;
  return {
    get isDone() {
      return isDone;
    },
    done: () => {
      isDone = true;
      first.resolve();
    },
    stop: () => first.reject(new Error('the reflector was stopped before its first list')),
    wait: (signal) => (signal ? orAbort(first.promise, signal) : first.promise),
  };
}

async function orAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
