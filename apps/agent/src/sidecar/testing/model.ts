import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { AuditEntry } from '@stoker/audit';
import type { Release } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { createLogger, createRedactor } from '@stoker/logging';
import { touchedBy } from '../../converge/touched.ts';
import type { SyncSummary } from '../../worker/messages.ts';
import type { SyncWorker } from '../../worker/syncWorkerClient.ts';
import { carryOut } from '../carryOut.ts';
import { readEnvironment } from '../environment.ts';
import { createFlightControl } from '../flight.ts';
import type { GatewayBeside } from '../gatewayScans.ts';
import { createMetrics } from '../metrics.ts';
import { nextAction, type Action } from '../nextAction.ts';
import type { SyncDependencies } from '../performSync.ts';
import { initialState } from '../state.ts';
import { createStateCell, type StateCell } from '../stateCell.ts';
import type { ScanResult } from '../transitions.ts';
import { commit, podUID } from './fixtures.ts';

const soonMs = 10_000;

/** A gateway and its volume, as a model: the folder is the stack of releases that were synced into it. */
export interface ModelGateway {
  readonly dataDirectory: string;
  /** Ids of the releases in the folder, the last one on top. */
  readonly folder: string[];
  /** Of what was changed live, and not put back. */
  readonly edits: Set<string>;
  /** Releases of which the gateway puts a module in quarantine. */
  readonly bad: Set<string>;
  /** What the folder held at each scan. */
  readonly scans: (string | undefined)[];
  /** What becomes of the next sync or rollback once it was let apply. */
  halfWay: (() => Promise<void>) | undefined;
  /** What happens while it scans. */
  whileScanning: (() => void) | undefined;
  holds: boolean;
  /** Releases that are refused as soon as they are planned. */
  readonly unplannable: Set<string>;
  /** Whoever has a project open that releases change. */
  designers: readonly string[];
  /** Nothing can be taken back for now. */
  revertFails: boolean;
  scanOutcome: ScanResult['outcome'];
  close(): void;
}

export function createModelGateway(): ModelGateway {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stoker-model-'));
  mkdirSync(join(dataDirectory, '.stoker'));
  return {
    dataDirectory,
    folder: [],
    edits: new Set(),
    bad: new Set(),
    scans: [],
    halfWay: undefined,
    whileScanning: undefined,
    holds: true,
    unplannable: new Set(),
    designers: [],
    revertFails: false,
    scanOutcome: 'Scanned',
    close: () => rmSync(dataDirectory, { recursive: true, force: true }),
  };
}

/** One process of an agent beside it, which does nothing on its own. */
export interface ModelAgent {
  readonly cell: StateCell;
  readonly deps: SyncDependencies;
  readonly records: readonly AuditEntry[];
  /** Carries out what is to be done next. */
  act(nowMs?: number): Promise<Action>;
  /** The same until there is nothing to be done within ten seconds, without waiting for them, and says what was. */
  settle(): Promise<readonly string[]>;
}

export function startModelAgent(gateway: ModelGateway, { started = true } = {}): ModelAgent {
  const cell = createStateCell(initialState(podUID));
  const flights = createFlightControl(cell);
  const records: AuditEntry[] = [];
  const environment = readEnvironment({
    STOKER_CR_NAME: 'plant',
    STOKER_CONTAINER_DATA_DIR: gateway.dataDirectory,
    POD_NAMESPACE: 'ns',
    POD_NAME: 'north-0',
    POD_UID: podUID,
  });
  const folder = gateway.dataDirectory;
  const deps: SyncDependencies = {
    cell,
    environment,
    paths: { credentials: join(folder, 'credentials'), pod: folder, cache: folder, run: folder },
    worker: modelWorker(gateway),
    openGateway: () => modelApi(gateway),
    repositoryScope: 'cluster',
    redactor: createRedactor(),
    audit: { record: (entry) => void records.push(entry), counts: [] },
    sessionWaitMs: 600_000,
    log: createLogger({ app: 'agent', level: 'error', stream: new PassThrough().resume() }),
    started: () => started,
    metrics: createMetrics(),
    onSynced: () => undefined,
    onReverted: () => undefined,
  };
  cell.subscribe(() => flights.consider());
  const act = async (nowMs = Date.now()) => {
    const action = nextAction(cell.state, nowMs);
    if (action.kind !== 'wait') await carryOut(action, deps, flights);
    return action;
  };
  return {
    cell,
    deps,
    records,
    act,
    async settle() {
      const done: string[] = [];
      let aheadMs = 0;
      for (;;) {
        const action = await act(Date.now() + aheadMs);
        if (action.kind === 'wait') {
          aheadMs = (action.untilMs ?? Number.POSITIVE_INFINITY) - Date.now();
          if (aheadMs > soonMs) return done;
        } else done.push('release' in action ? `${action.kind} ${action.release.id}` : action.kind);
        if (done.length > 20) throw new Error(`there is no end to it: ${done.join(', ')}`);
      }
    },
  };
}

function placeOf(id: string | undefined): Pick<Release, 'id' | 'ref' | 'commit'> | undefined {
  return id === undefined ? undefined : { id, ref: 'main', commit };
}

function modelWorker(gateway: ModelGateway): SyncWorker {
  const { folder, edits } = gateway;
  const touched = touchedBy([{ path: 'projects/plant/project.json', kind: 'modified' }]);
  const applied = async () => {
    const { halfWay } = gateway;
    gateway.halfWay = undefined;
    await halfWay?.();
  };
  return {
    open: async () => ({ recovered: 'nothing', release: placeOf(folder.at(-1)), syncedAt: undefined }),
    async sync({ releaseId, profile }, { beforeApply, signal }) {
      signal?.throwIfAborted();
      if (gateway.unplannable.has(releaseId))
        throw new StokerError('no', { reason: 'SourceVanished', class: 'stalled' });
      const isRestored = edits.size > 0 && (profile.driftPolicy === 'restore' || folder.at(-1) !== releaseId);
      const changes = folder.at(-1) !== releaseId || isRestored;
      if (profile.dryRun || !changes) return summary(changes ? 'dry-run' : 'unchanged', edits);
      await beforeApply?.(touched);
      await applied();
      if (folder.at(-1) !== releaseId) folder.push(releaseId);
      edits.clear();
      return summary('synced', edits);
    },
    async revert({ leave }, { beforeApply }) {
      if (gateway.revertFails) throw new StokerError('no', { reason: 'StorageFull', class: 'transient' });
      await beforeApply?.(touched);
      await applied();
      while (folder.at(-1) === leave) folder.pop();
      return { release: placeOf(folder.at(-1)), syncedAt: undefined, changed: 1, changes: [], omitted: 0 };
    },
    stop: async () => undefined,
  };
}

function summary(outcome: SyncSummary['outcome'], edits: ReadonlySet<string>): SyncSummary {
  return {
    outcome,
    counts: { added: 0, modified: outcome === 'synced' ? 1 : 0, deleted: 0, unchanged: 1 },
    changes: [],
    omitted: 0,
    drifted: { count: edits.size, paths: [...edits] },
    durationsMs: {},
    bytesWritten: 0,
    fetchedBytes: 0,
    snapshot: undefined,
    recovered: 'nothing',
  };
}

function modelApi(gateway: ModelGateway): GatewayBeside {
  const isBad = () => gateway.bad.has(gateway.folder.at(-1) ?? '');
  return {
    answers: async () => true,
    hold: async () => gateway.holds,
    async scan(signal) {
      gateway.scans.push(gateway.folder.at(-1));
      gateway.whileScanning?.();
      if (signal.aborted) return { outcome: 'Skipped', message: 'the agent was stopped before the scan had ended' };
      return { outcome: gateway.scanOutcome };
    },
    health: {
      projects: async () => [{ name: 'plant', invalidParent: false }],
      quarantinedModules: async () => (isBad() ? [{ id: 'com.example', name: 'Example', reason: 'no license' }] : []),
      resources: async () => [],
      designers: async () => gateway.designers.map((user) => ({ user, project: 'plant' })),
    },
  };
}
