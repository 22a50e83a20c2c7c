import type { GatewayDebt } from './state.ts';
import type { ScanResult } from './transitions.ts';

export interface DebtFacts {
  readonly before: GatewayDebt;
  /** Whatever was changed live was put back. */
  readonly restored: boolean;
  /** The gateway was let start, so it may be running or coming up. */
  readonly started: boolean;
  /** Undefined: it did not answer. */
  readonly scan: ScanResult | undefined;
}

/**
 * What the gateway still owes after a sync that it had to learn about. A gateway that was never let start owes nothing: it
 * reads the folder when it starts. One that was but does not answer may have read half of the old folder already. The
 * restore after a first start happens once, even when the scan behind it fails: later live edits are the drift policy's.
 */
export function debtAfterSync({ before, restored, started, scan }: DebtFacts): GatewayDebt {
  if (before === 'restoreAndScan' && !restored) return 'restoreAndScan';
  if (scan === undefined) return started ? 'scan' : 'none';
  return scan.outcome === 'Failed' ? 'scan' : 'none';
}
