import type { Fault } from '../api/faults.ts';

/** Which fault is on. */
export interface FaultSwitch {
  readonly current: Fault;
  /** For a time, or until it is set again. */
  set(fault: Fault, forMs?: number): void;
  stop(): void;
}

export function createFaultSwitch(onChange: (fault: Fault) => void): FaultSwitch {
  let current: Fault = 'none';
  let timer: NodeJS.Timeout | undefined;

  function set(fault: Fault, forMs?: number): void {
    clearTimeout(timer);
    current = fault;
    onChange(fault);
    if (forMs !== undefined) timer = setTimeout(() => set('none'), forMs);
  }

  return {
    get current() {
      return current;
    },
    set,
    stop: () => clearTimeout(timer),
  };
}
