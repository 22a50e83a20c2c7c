import { isFirstBootAhead } from './firstBoot.ts';
import { readHeld } from './heldReleases.ts';
import type { SyncDependencies } from './performSync.ts';
import { basisOf } from './state.ts';
import { afterFailure, afterOpening } from './transitions.ts';
import { dropCheck, readCheck } from './verify/pendingCheck.ts';
import { readRefused } from './verify/refusedRelease.ts';

type OpenDependencies = Pick<SyncDependencies, 'cell' | 'log' | 'started'> & {
  readonly environment: Pick<SyncDependencies['environment'], 'dataDirectory' | 'podUID'>;
  readonly worker: Pick<SyncDependencies['worker'], 'open'>;
};

/** The first thing an agent does: finish or undo what an earlier one was killed in, and see what the folder holds. */
export async function openFolder({ cell, environment, worker, log, started }: OpenDependencies): Promise<void> {
  const { dataDirectory } = environment;
  const basis = basisOf(cell.state);
  try {
    const opened = await worker.open(dataDirectory, environment.podUID);
    const refused = await readRefused(dataDirectory, log);
    // A gateway that was not let start yet reads the folder when it is; how another pod's was before is no measure for it, now
    // or for a later process of this pod.
    if (!started()) await dropCheck({ cell, environment, log });
    const check = started() ? await readCheck(dataDirectory, log) : undefined;
    const heldReleases = await readHeld(dataDirectory, log);
    const firstBootAhead = await isFirstBootAhead(dataDirectory);
    cell.update((state) => {
      const next = afterOpening(state, opened, { started: started(), firstBootAhead });
      // What was refused is not put back either.
      const pending = check?.releaseId === opened.release?.id ? check : undefined;
      return {
        ...next,
        refused,
        check: pending,
        heldReleases,
        debt: refused && next.debt === 'restoreAndScan' ? 'scan' : next.debt,
      };
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
