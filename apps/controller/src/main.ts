import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '@stoker/audit';
import { describeError } from '@stoker/errors';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { startApp } from './app.ts';
import { identityOf } from './identity.ts';
import { help, type Options, parseOptions } from './options.ts';
import { version } from './version.ts';

/**
 * A pod is told to end in the same moment as its Service is told to forget it, which reaches the nodes a little later. A push
 * event that is refused in between would wait for the next poll.
 */
const forgottenAfterMs = 3_000;
/** Within a pod's usual grace period of 30 s. */
const shutdownMs = 20_000;
/** What the sinks of audit records get of that. */
const lastRecordsMs = 3_000;

async function run(options: Options): Promise<void> {
  // From here on: a signal that comes during the start ends what has started, as it would a moment later.
  const toldToEnd = new Promise<NodeJS.Signals>((told) => process.once('SIGTERM', told).once('SIGINT', told));
  const logger = createLogger({ app: 'controller', level: options.logLevel });
  const access = loadKubeConfig(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig });
  const client = openClient(access, { userAgent: `stoker-controller/${version}` });
  const audit = openAudit({ app: 'controller', log: logger, ...options.audit });
  const identity = identityOf(process.env, hostname());
  const events = createEventRecorder({ client, component: 'stoker.io/controller', instance: identity });
  const app = await startApp({
    options,
    client,
    events,
    audit,
    logger,
    identity,
    onLeaseLost: () => {
      // Another replica may write from this moment on: nothing that is still under way here may finish.
      logger.error('the lease is lost', { reason: 'LeaseLost' });
      audit.abandon();
      process.exit(1);
    },
  });
  const stop = (signal: NodeJS.Signals) => {
    logger.info('stopping', { reason: signal });
    setTimeout(() => {
      audit.abandon();
      process.exit(1);
    }, shutdownMs).unref();
    app.drain();
    const forgotten = signal === 'SIGTERM' ? delay(forgottenAfterMs) : Promise.resolve();
    const stopped = forgotten.then(app.stop).then(() => audit.close(lastRecordsMs));
    stopped.then(
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
  process.stderr.write(`stoker-controller: ${message}${hint === undefined ? '' : `; ${hint}`}\n`);
  process.exit(reason === 'InvalidUsage' ? 2 : 1);
}
