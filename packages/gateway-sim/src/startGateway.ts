import express from 'express';
import type { Ailment } from './api/ailments.ts';
import { controlApi, type GatewayControls } from './api/controlApi.ts';
import { misbehave } from './api/faults.ts';
import { gatewayApi, openApi, type Designer, type GatewayFacts } from './api/gatewayApi.ts';
import { listen, type Listeners, type ListenOptions } from './api/listen.ts';
import { editLive } from './files/editLive.ts';
import { createFaultSwitch, type FaultSwitch } from './life/faultSwitch.ts';
import { createGatewayLife, type GatewayLife } from './life/gatewayLife.ts';
import type { SignaturePolicy } from './loader/loadTree.ts';
import { loadedProjects, loadedResources } from './loader/loadedResources.ts';
import { readTree } from './loader/readTree.ts';
import { createScanner, type ScannerOptions } from './scans/scanner.ts';
import { createScanRecords, type ScanKind } from './scans/scanRecords.ts';
import { createScanWatch } from './scans/scanWatch.ts';
import { readSecurity } from './security/readSecurity.ts';
import { withGivenToken } from './security/authorise.ts';

export interface GatewayOptions extends ListenOptions {
  readonly dataDir: string;
  readonly name?: string | undefined;
  /** The deployment mode: the collection that overrides `core`. */
  readonly mode?: string | undefined;
  /** `<name>:<key>` with every right, beside the tokens in the data folder. */
  readonly apiToken?: string | undefined;
  /** Whom all files must belong to. Undefined: anybody. */
  readonly ownerUid?: number | undefined;
  readonly signaturePolicy?: SignaturePolicy | undefined;
  /** How long a start and a restart take. */
  readonly startMs?: number | undefined;
  readonly restartMs?: number | undefined;
  /** A restart found the data folder in a state that stops a start-up. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** A simulated gateway that runs. */
export interface SimulatedGateway extends GatewayControls, Pick<Listeners, 'httpUrl' | 'httpsUrl' | 'certificate'> {
  close(): Promise<void>;
}

const version = '8.3.4';
const recordCapacity = 500;

/**
 * Starts a simulated gateway; resolves once it runs.
 * @throws StokerError `GatewayStartFailed` when the data folder holds what stops a real one
 */
export async function startGateway(options: GatewayOptions): Promise<SimulatedGateway> {
  const { dataDir, name = 'simulated', mode, startMs = 0, restartMs = 50, onFault = rethrow } = options;
  const collections = ['external', 'core', ...(mode === undefined ? [] : [mode])];
  const records = createScanRecords(recordCapacity);
  const scannerOptions = { ...options, records, signaturePolicy: options.signaturePolicy ?? 'accept' };
  const onRequested = () => fateOfScan(fault, life);
  const scanners = {
    config: createScanner({ ...scannerOptions, ownerUid: options.ownerUid, kind: 'config', onRequested }),
    projects: createScanner({ ...scannerOptions, ownerUid: options.ownerUid, kind: 'projects', onRequested }),
  };
  const both = Object.values(scanners);
  const life = createGatewayLife({ dataDir, collections, scanners: both, startMs, restartMs, onFault });
  const watch = createScanWatch(both, () => life.phase === 'running');
  const fault = createFaultSwitch((next) => {
    if (next === 'none') for (const scanner of both) scanner.endStuckScan();
    listeners.accept(next !== 'refused');
  });
  let designers: readonly Designer[] = [];
  let ailments: readonly Ailment[] = [];

  const facts: GatewayFacts = {
    name,
    version: () => (fault.current === 'version-8.1' ? '8.1.48' : version),
    mode,
    scanners,
    security: async () => withGivenToken(await readSecurity(dataDir, collections), options.apiToken),
    projects: () => {
      const { loaded, tree } = scanners.projects.lastRead();
      return loadedProjects(loaded, tree);
    },
    resources: () => {
      const { loaded, tree } = scanners.config.lastRead();
      return loadedResources(loaded, tree, collections);
    },
    designers: () => designers,
    ailments: () => ailments,
    restart: life.restart,
  };
  const controls: GatewayControls = {
    state: () => ({ phase: life.phase, fault: fault.current, watching: watch.on }),
    scans: records.list,
    filesOf: records.filesOf,
    tree: async () => (await readTree(dataDir, [''], undefined)).hashes,
    fail: fault.set,
    watch: watch.set,
    async edit(edit) {
      const kind: ScanKind = edit.path.startsWith('projects/') ? 'projects' : 'config';
      await scanners[kind].lock.waitUntilFree(Infinity);
      await editLive(dataDir, edit);
    },
    openDesigners(opened) {
      designers = opened;
    },
    ail(next) {
      ailments = next;
    },
    restart: life.restart,
  };

  const application = express().disable('x-powered-by').use('/sim', controlApi(controls));
  application.use(misbehave(() => faultOf(life, fault)));
  application.use(openApi(facts)).use('/data/api/v1', gatewayApi(facts));
  const listeners = await listen(application, options);

  async function close(): Promise<void> {
    life.stop();
    fault.stop();
    watch.set(false);
    for (const scanner of both) scanner.reset();
    await listeners.close();
  }
  try {
    await life.start();
  } catch (error) {
    await close();
    throw error;
  }
  const { httpUrl, httpsUrl, certificate } = listeners;
  return { httpUrl, httpsUrl, certificate, ...controls, close };
}

function fateOfScan(fault: FaultSwitch, life: GatewayLife): ReturnType<ScannerOptions['onRequested']> {
  switch (fault.current) {
    case 'restart-mid-scan':
      fault.set('none');
      life.restart();
      return 'never end';
    case 'scan-never-ends':
      return 'never end';
    case 'loads-nothing':
      return 'load nothing';
    default:
      return 'scan';
  }
}

/** A gateway that does not run misbehaves by itself. */
function faultOf({ phase }: GatewayLife, fault: FaultSwitch) {
  if (phase === 'running') return fault.current;
  return phase === 'restarting' ? 'restarting' : 'starting';
}

function rethrow(error: unknown): never {
  throw error;
}
