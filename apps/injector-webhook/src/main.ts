import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '@stoker/audit';
import { describeError } from '@stoker/errors';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { startInjector } from './injector.ts';
import { help, type Options, parseOptions } from './options.ts';
import { version } from './version.ts';

/**
 * A pod is told to end in the same moment as its Service is told to forget it, which reaches the nodes a little later. A
 * pod that starts in between would go without its agent.
 */
const forgottenAfterMs = 5_000;
/** Within a pod's usual grace period of 30 s. */
const shutdownMs = 20_000;
/** What the sinks of audit records get of that. */
const lastRecordsMs = 3_000;

async function run(options: Options): Promise<void> {
  // From here on: a signal that comes during the start ends what has started, as it would a moment later.
  const toldToEnd = new Promise<NodeJS.Signals>((told) => process.once('SIGTERM', told).once('SIGINT', told));
  const logger = createLogger({ app: 'injector', level: options.logLevel });
  const audit = openAudit({ app: 'injector', log: logger, ...options.audit });
  const access = loadKubeConfig(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig });
  const client = openClient(access, { userAgent: `stoker-injector/${version}` });
  const events = createEventRecorder({ client, component: 'stoker.io/injector', instance: hostname() });
  const injector = await startInjector({ options, client, events, audit, logger });
  const stop = (signal: NodeJS.Signals) => {
    logger.info('stopping', { reason: signal });
    setTimeout(() => {
      audit.abandon();
      process.exit(1);
    }, shutdownMs).unref();
    // Who presses Ctrl-C runs it outside a cluster.
    const stopped = injector.stop(signal === 'SIGTERM' ? delay(forgottenAfterMs) : Promise.resolve());
    stopped
      .then(() => audit.close(lastRecordsMs))
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error('stopping failed', { error });
          process.exit(1);
        },
      );
  };
  void toldToEnd.then(stop);
}

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(help);
  else if (options === 'version') process.stdout.write(`${version}\n`);
  else await run(options);
} catch (error) {
  const { reason, message, hint } = describeError(error);
  process.stderr.write(`stoker-injector: ${message}${hint === undefined ? '' : `; ${hint}`}\n`);
  process.exit(reason === 'InvalidUsage' ? 2 : 1);
}
