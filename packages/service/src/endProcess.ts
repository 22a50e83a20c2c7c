import type { Logger } from '@stoker/logging';

/** The first SIGTERM or SIGINT from now on. Called first of all, it also holds back one that comes during the start. */
export function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((told) => process.once('SIGTERM', told).once('SIGINT', told));
}

/** Ends the process: with 0 once `stop` is done, with 1 when it fails, or after `withinMs`, and `giveUp` before. */
export function endProcess(options: {
  readonly signal: NodeJS.Signals;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly withinMs: number;
  readonly stop: () => Promise<void>;
  readonly giveUp: () => void;
}): void {
  const { signal, logger, withinMs, stop, giveUp } = options;
  logger.info('stopping', { reason: signal });
  setTimeout(() => {
    giveUp();
    process.exit(1);
  }, withinMs).unref();
  stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error('stopping failed', { error });
      process.exit(1);
    },
  );
}
