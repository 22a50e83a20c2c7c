import { once } from 'node:events';
import type { Server } from 'node:http';
import { metadataName } from '@stoker/crd-types';
import type { KubeClient } from '@stoker/kube';
import { carryOut } from './carryOut.ts';
import { readEarlierStatus } from './earlierStatus.ts';
import { createFlightControl } from './flight.ts';
import { createGatewayStart } from './gatewayStart.ts';
import { serveHealth } from './health.ts';
import { createMetrics } from './metrics.ts';
import { nextAction } from './nextAction.ts';
import { createMountsNotice, watchMounts } from './noticeMounts.ts';
import { isRenamed } from './podFiles.ts';
import type { SyncDependencies } from './performSync.ts';
import { reportStatus, reportSync } from './reportSync.ts';
import { createReports } from './reports.ts';
import { initialState } from './state.ts';
import { afterEarlierWait } from './verify/sessionWait.ts';
import { createStateCell } from './stateCell.ts';
import { withDocument, withEarlier } from './transitions.ts';
import { createWakeUp } from './wakeUp.ts';
import { watchDocument } from './watchDocument.ts';

/**
 * The sync in flight gets this long to end after SIGTERM, then it is cancelled at a safe point. With that, and the last
 * report, a process ends within the 30 s that Kubernetes gives a pod which does not ask for more.
 */
const graceMs = 25_000;
/** For the last report, when the process ends. */
const lastReportMs = 2_000;
/** What a folder holds before its first release. */
const nothing = { id: '', commit: '' };

type Given =
  | 'environment'
  | 'sessionWaitMs'
  | 'paths'
  | 'worker'
  | 'openGateway'
  | 'repositoryScope'
  | 'redactor'
  | 'audit'
  | 'log';

export interface SidecarOptions extends Pick<SyncDependencies, Given> {
  readonly gatewayName: string;
  readonly client: KubeClient;
  readonly agentVersion: string;
  /** 0 for any. */
  readonly healthPort: number;
}

/**
 * Converges one gateway's folder to its release until `stop`, or until its pod is given another gateway name: the decisions
 * of `nextAction`, carried out one by one.
 */
export async function runSidecar(options: SidecarOptions, stop: AbortSignal): Promise<void> {
  const { environment, paths, worker, log, client, gatewayName, agentVersion } = options;
  const { crName, namespace, podUID, podName } = environment;
  const cell = createStateCell(initialState(podUID));
  const metrics = createMetrics(() => options.audit.counts);
  const alarm = createWakeUp();
  const reports = createReports({ client, namespace, crName, gatewayName, log });
  const start = await createGatewayStart({
    cell,
    policy: environment.startPolicy,
    directory: paths.run,
    dataDirectory: environment.dataDirectory,
    log,
  });
  const flights = createFlightControl(cell);
  const deps: SyncDependencies = {
    ...options,
    cell,
    metrics,
    started: () => start.started,
    onSynced: (release, summary) => reportSync(reports, cell.state, release, summary),
    onReverted: ({ release, ...summary }) => reportSync(reports, cell.state, release ?? nothing, summary),
  };

  const over = new AbortController();
  let knowsEarlier = false;
  cell.subscribe(() => {
    start.consider();
    flights.consider();
    reportStatus(reports, cell.state, { identity: { podUID, podName, agentVersion }, knowsEarlier });
    alarm.wake();
  });
  const onStop = () => {
    log.info('agent is told to end', { reason: cell.state.activity ?? 'Idle' });
    alarm.wake();
    flights.land(graceMs);
  };
  stop.addEventListener('abort', onStop, { signal: over.signal });

  const health = await serveHealth(options.healthPort, {
    started: () => start.started,
    metrics: () => metrics.render(cell.state),
  });
  log.info('agent runs', { address: addressOf(health) });
  const reflector = watchDocument({
    client,
    namespace,
    name: metadataName(crName, gatewayName),
    log,
    onUnread: metrics.countUnread,
    onDocument: (document) => cell.update((state) => withDocument(state, document)),
  });
  const earlier = readEarlierStatus({ client, namespace, crName, gatewayName, log }, over.signal).then((status) => {
    knowsEarlier = !over.signal.aborted;
    const moment = { nowMs: Date.now(), tickMs: performance.now() };
    cell.update((state) => afterEarlierWait(withEarlier(state, status), status, moment));
  });
  const noticeMounts = createMountsNotice({ cell, paths, log });
  const mounts = watchMounts([paths.credentials, paths.pod], { onChange: alarm.wake, log });
  try {
    while (!stop.aborted) {
      await noticeMounts();
      if (stop.aborted || isRenamed(cell.state.pod, { podName, gatewayName })) break;
      const action = nextAction(cell.state, Date.now());
      if (action.kind === 'wait') await alarm.sleep(action.untilMs);
      else await carryOut(action, deps, flights);
    }
  } finally {
    log.info('agent stops');
    over.abort();
    await earlier;
    mounts.close();
    await start.stop();
    await reflector.stop();
    await reports.stop(lastReportMs);
    await worker.stop();
    health.close();
    health.closeAllConnections();
    await once(health, 'close');
  }
}

/** `:9808`. */
function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `:${address.port}` : '';
}
