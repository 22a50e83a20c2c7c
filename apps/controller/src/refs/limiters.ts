/** Runs a task in the order in which those of its key came. */
export type Limiters = <T>(key: string, task: () => Promise<T>) => Promise<T>;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Runs at most `concurrency` tasks of each key at one time. A task that takes longer than `patienceMs` goes on, and gives
 * its place to the next: those behind it are held up for no longer than that.
 */
export function createLimiters(options: {
  readonly concurrency: number;
  /** Undefined: without end. */
  readonly patienceMs?: number;
}): Limiters {
  const { concurrency, patienceMs } = options;
  const lanes = new Map<string, Lane>();

  const enter = async (key: string): Promise<() => void> => {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.running >= concurrency) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.running++;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.running === 0) lanes.delete(key);
    };
  };

  return async (key, task) => {
    const leave = await enter(key);
    const timer = patienceMs === undefined ? undefined : setTimeout(leave, patienceMs).unref();
    try {
      return await task();
    } finally {
      clearTimeout(timer);
      leave();
    }
  };
}
