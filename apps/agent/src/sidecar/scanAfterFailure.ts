import { debtAfterSync } from './gatewayDebt.ts';
import type { GatewayScans } from './gatewayScans.ts';
import type { SyncDependencies } from './performSync.ts';
import { owing } from './transitions.ts';

/**
 * Files that were changed and put back may have been read by the gateway in between. It gets its scan locks back with a
 * scan; one that could not be locked, or does not scan now, owes it. Never throws.
 * @param holding undefined: it was never asked for its locks, so nothing was changed
 */
export async function scanAfterFailure(
  { cell, started }: Pick<SyncDependencies, 'cell' | 'started'>,
  gateway: GatewayScans,
  { holding, signal }: { readonly holding: Promise<boolean> | undefined; readonly signal: AbortSignal },
): Promise<void> {
  // A sync may be cancelled while the gateway still thinks about the lock; where `hold` throws it has said why, and nothing was changed.
  const held = await holding?.catch(() => undefined);
  if (held === undefined) return;
  const scan = held ? await gateway.scan(signal) : undefined;
  const moment = { nowMs: Date.now(), random: Math.random() };
  cell.update((state) => {
    const debt = debtAfterSync({ before: state.debt, restored: false, started: started(), scan });
    return { ...state, ...owing(state, debt, { ...moment, scan }) };
  });
}
