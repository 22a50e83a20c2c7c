import type { MetadataDocument, Release } from '@stoker/crd-types';
import { readCredentials } from './credentials.ts';
import { performSync, type SyncDependencies } from './performSync.ts';
import { afterAsking, type ScanResult } from './transitions.ts';

/** A gateway that did not answer before may do so now: let it have what it owes. Never throws. */
export async function askGateway(
  deps: SyncDependencies,
  document: MetadataDocument,
  release: Release,
  signal: AbortSignal,
): Promise<void> {
  const { cell, log, paths, redactor } = deps;
  let scan: ScanResult | undefined;
  try {
    const gateway = deps.openGateway(document.gateway, await readCredentials(paths.credentials, redactor));
    if (await gateway.answers()) {
      if (cell.state.debt === 'restoreAndScan') {
        return await performSync(deps, document, { release, cause: 'firstBoot' }, signal);
      }
      // One that keeps failing shows as failed until it does not.
      if (cell.state.scanFailure === undefined) cell.update((state) => ({ ...state, activity: 'Scanning' }));
      scan = await gateway.scan();
      log.info('gateway scanned', { reason: scan.outcome, durationMs: scan.durationMs });
    }
  } catch (error) {
    log.error('gateway not asked', { error });
  }
  cell.update((state) => afterAsking(state, scan, { nowMs: Date.now(), random: Math.random() }));
}
