import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '@stoker/audit';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { endProcess, runProgram, toldToEnd } from '@stoker/service';
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
  // A signal that comes during the start ends what has started, as it would a moment later.
  const told = toldToEnd();
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
  const stop = async (signal: NodeJS.Signals) => {
    app.drain();
    // Who presses Ctrl-C runs it outside a cluster.
    if (signal === 'SIGTERM') await delay(forgottenAfterMs);
    await app.stop();
    await audit.close(lastRecordsMs);
  };
  void told.then((signal) =>
    endProcess({ signal, logger, withinMs: shutdownMs, stop: () => stop(signal), giveUp: audit.abandon }),
  );
}

await runProgram({ name: 'stoker-controller', version, help, parseOptions, run });
