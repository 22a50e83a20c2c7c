import type { Server } from 'node:http';
import { metadataName } from '@stoker/crd-types';
import type { KubeClient } from '@stoker/kube';
import { askGateway } from './askGateway.ts';
import { credentialsVersion } from './credentials.ts';
import { createFlightControl, type FlightControl } from './flight.ts';
import { createGatewayStart } from './gatewayStart.ts';
import { serveHealth } from './health.ts';
import { createMetrics } from './metrics.ts';
import { nextAction, type Action } from './nextAction.ts';
import { openFolder } from './openFolder.ts';
import { performSync, type SyncDependencies } from './performSync.ts';
import { reportSync } from './reportSync.ts';
import { createReports } from './reports.ts';
import { initialState } from './state.ts';
import { createStateCell, type StateCell } from './stateCell.ts';
import { describeStatus } from './statusDocument.ts';
import { withDocument } from './transitions.ts';
import { createWakeUp } from './wakeUp.ts';
import { watchDocument } from './watchDocument.ts';

/** The sync in flight gets this long to end after SIGTERM, then it is cancelled at a safe point. */
const graceMs = 30_000;
/** For the last report, when the process ends. */
const lastReportMs = 2_000;

type Given = 'environment' | 'paths' | 'worker' | 'openGateway' | 'repositoryScope' | 'redactor' | 'log';

export interface SidecarOptions extends Pick<SyncDependencies, Given> {
  readonly gatewayName: string;
  readonly client: KubeClient;
  readonly agentVersion: string;
  /** 0 for any. */
  readonly healthPort: number;
}

/** Converges one gateway's folder to its release until `stop`: the decisions of `nextAction`, carried out one by one. */
export async function runSidecar(options: SidecarOptions, stop: AbortSignal): Promise<void> {
  const { environment, paths, worker, log, client, gatewayName, agentVersion } = options;
  const { crName, namespace, podUID, podName } = environment;
  const cell = createStateCell(initialState(podUID));
  const metrics = createMetrics();
  const alarm = createWakeUp();
  const reports = createReports({ client, namespace, crName, gatewayName, log });
  const start = await createGatewayStart({ cell, policy: environment.startPolicy, directory: paths.run, log });
  const flights = createFlightControl(cell);
  const deps: SyncDependencies = {
    ...options,
    cell,
    metrics,
    started: () => start.started,
    onSynced: (release, summary) => reportSync(reports, podUID, release, summary),
  };

  cell.subscribe(() => {
    start.consider();
    flights.consider();
    reports.status(describeStatus(cell.state, { podUID, podName, agentVersion }));
    alarm.wake();
  });
  stop.addEventListener('abort', () => {
    alarm.wake();
    flights.land(graceMs);
  });

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
    onDocument: (document) => cell.update((state) => withDocument(state, document)),
  });
  try {
    while (!stop.aborted) {
      noticeCredentials(cell, paths.credentials);
      const action = nextAction(cell.state, Date.now());
      if (action.kind === 'wait') await alarm.sleep(action.untilMs);
      else await carryOut(action, deps, { flights, firstBootPending: start.firstBootPending });
    }
  } finally {
    log.info('agent stops');
    await start.stop();
    await reflector.stop();
    await reports.stop(lastReportMs);
    await worker.stop();
    health.close();
    health.closeAllConnections();
  }
}

async function carryOut(
  action: Exclude<Action, { kind: 'wait' }>,
  deps: SyncDependencies,
  { flights, firstBootPending }: { readonly flights: FlightControl; readonly firstBootPending: boolean },
): Promise<void> {
  const { document } = deps.cell.state;
  if (action.kind === 'open') return openFolder(deps, firstBootPending);
  if (document === undefined) return;
  await flights.fly(action.release.id, (signal) =>
    action.kind === 'sync'
      ? performSync(deps, document, action, signal)
      : askGateway(deps, document, action.release, signal),
  );
}

/** The kubelet exchanges mounted credentials without a word. */
function noticeCredentials(cell: StateCell, directory: string): void {
  const version = credentialsVersion(directory);
  if (version !== cell.state.credentialsVersion) {
    cell.update((state) => ({ ...state, credentialsVersion: version }));
  }
}

/** `:9808`. */
function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `:${address.port}` : '';
}
