import { cancelled } from '../converge/cancelled.ts';
import { isOurs, type AgentState } from './state.ts';
import type { StateCell } from './stateCell.ts';

/** The sync under way and what it was started for. */
interface Flight {
  readonly releaseId: string;
  readonly abort: AbortController;
}

/** Cancels the sync under way when it has lost its point. */
export interface FlightControl {
  /** Runs one sync; its signal aborts when it is outdated or has to land. */
  fly(releaseId: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Looks at the state again; to be called after each change. */
  consider(): void;
  /** The process is to end: nothing is lost with a fetch, and files that are being written get so long. */
  land(withinMs: number): void;
}

export function createFlightControl(cell: StateCell): FlightControl {
  let current: Flight | undefined;
  return {
    async fly(releaseId, work) {
      const flight = (current = { releaseId, abort: new AbortController() });
      try {
        await work(flight.abort.signal);
      } finally {
        current = undefined;
      }
    },
    consider() {
      if (current !== undefined && isOutdated(cell.state, current.releaseId)) current.abort.abort(cancelled());
    },
    land(withinMs) {
      const cancel = () => current?.abort.abort(cancelled());
      if (!writes(cell.state)) cancel();
      else setTimeout(cancel, withinMs).unref();
    },
  };
}

/**
 * A superseded agent stops writing, and without a document nothing is written either. A newer release cancels a fetch,
 * which may hang for minutes, but not the writing of files, which is over in seconds.
 */
export function isOutdated(state: AgentState, releaseId: string): boolean {
  if (!isOurs(state)) return true;
  return !writes(state) && state.document?.release?.id !== releaseId;
}

function writes({ activity }: AgentState): boolean {
  return activity === 'Syncing' || activity === 'Scanning';
}
