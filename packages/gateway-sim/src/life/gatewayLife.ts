import { setTimeout as sleep } from 'node:timers/promises';
import { StokerError } from '@stoker/errors';
import { firstBoot } from '../files/firstBoot.ts';
import { stopsStartUp } from '../loader/problem.ts';
import type { Scanner } from '../scans/scanner.ts';

export type Phase = 'starting' | 'running' | 'restarting' | 'faulted';

/** Starts, restarts and ends a gateway over one data folder. */
export interface GatewayLife {
  readonly phase: Phase;
  /** @throws StokerError `GatewayStartFailed` when the data folder holds what stops a gateway */
  start(): Promise<void>;
  restart(): void;
  stop(): void;
}

export interface LifeOptions {
  readonly dataDir: string;
  /** From the one looked up last to the one that rules. */
  readonly collections: readonly string[];
  readonly scanners: readonly Scanner[];
  readonly startMs: number;
  readonly restartMs: number;
  /** A restart failed. */
  readonly onFault: (error: unknown) => void;
}

export function createGatewayLife(options: LifeOptions): GatewayLife {
  const { dataDir, collections, scanners, startMs, restartMs, onFault } = options;
  let phase: Phase = 'starting';
  let timer: NodeJS.Timeout | undefined;

  async function start(): Promise<void> {
    await firstBoot(dataDir, collections);
    await sleep(startMs);
    const problems = [];
    for (const scanner of scanners) problems.push(...(await scanner.scan('start')).problems);
    const fatal = problems.filter(stopsStartUp);
    phase = fatal.length === 0 ? 'running' : 'faulted';
    if (fatal.length === 0) return;
    throw new StokerError(fatal.map(({ path, message }) => `${path}: ${message}`).join('\n'), {
      reason: 'GatewayStartFailed',
      class: 'stalled',
      hint: 'a real gateway would not start with this data folder either',
    });
  }

  return {
    get phase() {
      return phase;
    },
    start,
    restart() {
      phase = 'restarting';
      clearTimeout(timer);
      timer = setTimeout(() => {
        for (const scanner of scanners) scanner.reset();
        start().catch(onFault);
      }, restartMs);
    },
    stop: () => clearTimeout(timer),
  };
}
