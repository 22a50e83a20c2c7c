import { afterFailure, afterOpening } from './transitions.ts';
import { basisOf } from './state.ts';
import { readRefused } from './verify/refusedRelease.ts';
import type { SyncDependencies } from './performSync.ts';

/** The first thing an agent does: finish or undo what an earlier one was killed in, and see what the folder holds. */
export async function openFolder(
  { cell, environment, worker, log, started }: SyncDependencies,
  firstBootPending: boolean,
): Promise<void> {
  const basis = basisOf(cell.state);
  try {
    const opened = await worker.open(environment.dataDirectory, environment.podUID);
    const refused = await readRefused(environment.dataDirectory);
    cell.update((state) => {
      const next = afterOpening(state, opened, { started: started(), firstBootPending });
      // What was refused is not put back either.
      return { ...next, refused, debt: refused && next.debt === 'restoreAndScan' ? 'scan' : next.debt };
    });
    log.info('folder opened', {
      reason: opened.recovered,
      release: opened.release?.id,
      commit: opened.release?.commit,
    });
  } catch (error) {
    cell.update((state) =>
      afterFailure(state, {
        release: undefined,
        error,
        basis,
        durationMs: 0,
        nowMs: Date.now(),
        random: Math.random(),
      }),
    );
    log.error('folder not opened', { error, attempt: cell.state.failure?.attempt });
  }
}
