import type { MetadataDocument, Release } from '@stoker/crd-types';
import { readCredentials } from './credentials.ts';
import { performSync, type SyncDependencies } from './performSync.ts';
import { settleCheck } from './verify/pendingCheck.ts';
import { afterVerifiedSync, verifyAgain, type VerifiedSync } from './verify/watchGateway.ts';
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
  let verified: VerifiedSync | undefined;
  const attempt = cell.state.verification?.attempt ?? 0;
  try {
    const gateway = deps.openGateway(document.gateway, await readCredentials(paths.credentials, redactor));
    if (await gateway.answers()) {
      if (cell.state.debt === 'restoreAndScan') {
        return await performSync(deps, document, { release, cause: 'firstBoot' }, signal);
      }
      // One that keeps failing shows as failed until it does not.
      if (cell.state.scanFailure === undefined) cell.update((state) => ({ ...state, activity: 'Scanning' }));
      scan = await gateway.scan(signal);
      deps.metrics.countScan(scan);
      log.info('gateway scanned', { reason: scan.outcome, durationMs: scan.durationMs });
    }
    verified = await verifyAgain(cell.state, { release, scan, health: gateway.health, signal });
  } catch (error) {
    log.error('gateway not asked', { error });
  }
  const moment = { nowMs: Date.now(), random: Math.random() };
  const { commit } = release;
  cell.update((state) => {
    const asked = afterAsking(state, scan, moment);
    const request = state.document?.syncRequest;
    return verified === undefined ? asked : afterVerifiedSync(asked, verified, { ...moment, attempt, commit, request });
  });
  if (verified !== undefined) await settleCheck(deps);
  const { verification } = cell.state;
  if (verified?.verdict?.outcome === 'Failed')
    log.warn('the gateway has new problems', { reason: 'VerificationFailed', error: verification?.message });
}
