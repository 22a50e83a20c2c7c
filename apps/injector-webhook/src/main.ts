import { hostname } from 'node:os';
import { describeError } from '@stoker/errors';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { startInjector } from './injector.ts';
import { help, type Options, parseOptions } from './options.ts';
import { version } from './version.ts';

/** Within a pod's usual grace period of 30 s. */
const shutdownMs = 20_000;

async function run(options: Options): Promise<void> {
  const logger = createLogger({ app: 'injector', level: options.logLevel });
  const access = loadKubeConfig(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig });
  const client = openClient(access, { userAgent: `stoker-injector/${version}` });
  const events = createEventRecorder({ client, component: 'stoker.io/injector', instance: hostname() });
  const injector = await startInjector({ options, client, events, logger });
  const stop = (signal: string) => {
    logger.info('stopping', { reason: signal });
    setTimeout(() => process.exit(1), shutdownMs).unref();
    injector.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('stopping failed', { error });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
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
