import type { MetadataDocument } from '@stoker/crd-types';
import { describeError, isStokerError } from '@stoker/errors';
import { readCredentials } from '../credentials.ts';
import { auditRollback } from '../auditSync.ts';
import { debtAfterSync } from '../gatewayDebt.ts';
import { recordHeld } from '../heldReleases.ts';
import type { RefusedInFolder } from '../nextAction.ts';
import type { SyncDependencies } from '../performSync.ts';
import { scanAfterFailure } from '../scanAfterFailure.ts';
import { basisOf, type AgentState } from '../state.ts';
import { afterFailure } from '../transitions.ts';
import { dropCheck } from './pendingCheck.ts';
import { forgetRefused, writeRefused } from './refusedRelease.ts';
import { afterRollback, afterRollbackRefused } from './rollbackState.ts';

/**
 * Takes the refused release back to the one before and has that scanned. It is on record first: killed in between, the
 * next process goes on here. Never throws.
 */
export async function rollBack(
  deps: SyncDependencies,
  document: MetadataDocument,
  release: RefusedInFolder,
  signal: AbortSignal,
): Promise<void> {
  const { cell, environment, log, paths, redactor } = deps;
  const refused = answering(cell.state);
  const basis = basisOf(cell.state);
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  let holding: Promise<boolean> | undefined;
  try {
    await writeRefused(environment.dataDirectory, refused);
    const gateway = deps.openGateway(document.gateway, await readCredentials(paths.credentials, redactor));
    try {
      cell.update((state) => ({ ...state, activity: 'Syncing' }));
      const reverted = await deps.worker.revert(
        { target: environment.dataDirectory, holder: environment.podUID, leave: release.id },
        {
          signal,
          beforeApply: async () => {
            holding ??= gateway.hold();
            await holding;
          },
        },
      );
      deps.onReverted(reverted);
      const answers = (await holding) === true || (await gateway.answers());
      if (answers) cell.update((state) => ({ ...state, activity: 'Scanning' }));
      const scan = answers ? await gateway.scan(signal) : undefined;
      const debt = debtAfterSync({ before: 'none', restored: false, started: deps.started(), scan });
      const taken = answering(cell.state);
      if (taken?.request !== refused?.request) await writeRefused(environment.dataDirectory, taken);
      const moment = { nowMs: Date.now(), random: Math.random(), durationMs: durationMs() };
      cell.update((state) => afterRollback({ ...state, refused: taken }, { reverted, scan, debt, ...moment }));
      await recordHeld(deps, document);
      await dropCheck(deps);
      const done = { outcome: 'RolledBack', paths: reverted.changed, message: refused?.message } as const;
      auditRollback(deps, document, { release, ...done, durationMs: durationMs() });
      log.warn('release taken back', {
        reason: 'RolledBack',
        release: cell.state.applied?.id,
        error: refused?.message,
      });
    } catch (error) {
      await scanAfterFailure(deps, gateway, { holding, signal });
      throw error;
    }
  } catch (error) {
    const { reason, message } = describeError(error);
    const [before] = cell.state.history;
    const isFinal = isStokerError(error) && error.class === 'stalled';
    if (isFinal) {
      await forgetRefused(deps);
      cell.update((state) => afterRollbackRefused(state, message));
    } else {
      const moment = { nowMs: Date.now(), random: Math.random(), durationMs: durationMs() };
      cell.update((state) => afterFailure(state, { release, error, basis, ...moment }));
    }
    // Another try that fails in the same way is none of its own.
    if (isFinal || cell.state.history[0] !== before)
      auditRollback(deps, document, { release, outcome: 'Failed', reason, message, durationMs: durationMs() });
    log.error('release not taken back', { error });
  }
}

/** Whoever asked for a sync before the release was taken back did not know yet: that is no request for another try. */
function answering({ refused, document }: AgentState): AgentState['refused'] {
  return document === undefined ? refused : refused && { ...refused, request: document.syncRequest };
}
