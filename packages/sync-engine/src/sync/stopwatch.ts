import type { SyncPhase } from '../types.ts';

export interface Stopwatch {
  /** Ends the phase before it. */
  enter(phase: SyncPhase): void;
  read(): Readonly<Record<SyncPhase, number>>;
}

/** Measures the phases of a sync, in whole milliseconds. */
export function startStopwatch(): Stopwatch {
  const durations: Record<SyncPhase, number> = { recover: 0, list: 0, plan: 0, stage: 0, apply: 0, finish: 0 };
  let phase: SyncPhase = 'recover';
  let since = performance.now();
  const lap = (): void => {
    const now = performance.now();
    durations[phase] += now - since;
    since = now;
  };
  return {
    enter(next) {
      lap();
      phase = next;
    },
    read() {
      lap();
      const { recover, list, plan, stage, apply, finish } = durations;
      const round = Math.round;
      return {
        recover: round(recover),
        list: round(list),
        plan: round(plan),
        stage: round(stage),
        apply: round(apply),
        finish: round(finish),
      };
    },
  };
}
