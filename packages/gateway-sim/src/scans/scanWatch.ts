import { setTimeout as sleep } from 'node:timers/promises';
import type { Scanner } from './scanner.ts';

/** Scans over and over: whatever is half-done for a moment will be seen. */
export interface ScanWatch {
  readonly on: boolean;
  set(on: boolean): void;
}

/** Leaves the processor to others for a moment. */
const pauseMs = 5;

/** Scan locks hold it up like any scan that nobody asked for; so does a gateway that does not run. */
export function createScanWatch(scanners: readonly Scanner[], isRunning: () => boolean): ScanWatch {
  let on = false;
  let looping = false;

  async function loop(): Promise<void> {
    looping = true;
    do {
      if (isRunning()) for (const scanner of scanners) await scanner.scan('watch');
      await sleep(pauseMs);
    } while (stillOn());
    looping = false;
  }

  const stillOn = () => on;

  return {
    get on() {
      return on;
    },
    set(wanted) {
      on = wanted;
      if (on && !looping) void loop();
    },
  };
}
