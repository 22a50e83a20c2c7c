import type { Lock } from '../state/lock.ts';
import { stopIfAborted } from '../syncError.ts';

/**
 * Lets the caller wait for something, such as a scan lock, while the lock is kept alive: the last moment to stop without a
 * trace. Throws `Cancelled`, `LockHeld`, and what `ask` throws.
 */
export async function askFirst(lock: Lock, signal: AbortSignal | undefined, ask: () => Promise<void>): Promise<void> {
  const stopBeating = lock.keepBeating();
  try {
    await ask();
  } finally {
    stopBeating();
  }
  lock.beat();
  stopIfAborted(signal);
}
