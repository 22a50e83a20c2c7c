import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass, and everything happen in it in order. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told otherwise. */
export function createManualClock(): ManualClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const next = (until: number) =>
    [...timers].filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    date: () => new Date(Date.UTC(2026, 0, 1) + now),
    schedule: (delayMs, callback) => {
      const timer = { at: now + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer);
        now = timer.at;
        timer.callback();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets promises that are ready run to where they wait for time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** The real clock, so many times faster: for behaviour over minutes against a real socket. */
export function createFastClock(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    date: () => new Date(Date.UTC(2026, 0, 1) + systemClock.now() * speed),
    schedule: (delayMs, callback) => systemClock.schedule(delayMs / speed, callback),
  };
}
