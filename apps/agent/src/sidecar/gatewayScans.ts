import type { ScanResult } from './transitions.ts';

/** The gateway beside us, as far as a sync is concerned. No method throws for what a gateway may do. */
export interface GatewayScans {
  /** Whether it runs and answers. */
  answers(): Promise<boolean>;
  /**
   * Keeps it from scanning while files change. False: it does not answer, has no scan locks or does not let us.
   * @throws StokerError `ScanLockUnavailable` when someone else holds one: better to come back than to change files under a scan
   */
  hold(): Promise<boolean>;
  /** Lets it scan, which also ends `hold`, and waits for the end. */
  scan(): Promise<ScanResult>;
}
