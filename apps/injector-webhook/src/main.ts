import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '@stoker/audit';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { endProcess, runProgram, toldToEnd } from '@stoker/service';
import { type Injector, startInjector } from './injector.ts';
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
  const told = toldToEnd();
  const logger = createLogger({ app: 'injector', level: options.logLevel });
  const audit = openAudit({ app: 'injector', log: logger, ...options.audit });
  const access = loadKubeConfig(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig });
  const client = openClient(access, { userAgent: `stoker-injector/${version}` });
  const events = createEventRecorder({ client, component: 'stoker.io/injector', instance: hostname() });
  /** Until it serves, nobody sends pods here, and there is nothing to wait for. */
  let injector: Injector | undefined;
  const stop = async (signal: NodeJS.Signals) => {
    // Who presses Ctrl-C runs it outside a cluster.
    await injector?.stop(signal === 'SIGTERM' ? delay(forgottenAfterMs) : Promise.resolve());
    await audit.close(lastRecordsMs);
  };
  void told.then((signal) =>
    endProcess({ signal, logger, withinMs: shutdownMs, stop: () => stop(signal), giveUp: audit.abandon }),
  );
  injector = await startInjector({ options, client, events, audit, logger });
}

await runProgram({ name: 'stoker-injector', version, help, parseOptions, run });
