import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  changesName,
  documentKeys,
  metadataName,
  parseAuditRecord,
  parseChangesDocument,
  parseStatusDocument,
  statusName,
  type AuditRecord,
  type ChangesDocument,
  type MetadataDocument,
  type StatusDocument,
} from '@stoker/crd-types';
import { configMaps, type KubeClient } from '@stoker/kube';

const script = fileURLToPath(new URL('./sidecar.ts', import.meta.url));

interface LogLine {
  /** RFC 3339. */
  readonly time?: string;
  readonly msg: string;
  readonly address?: string;
}

/** One process of the agent in the pod. */
export interface SidecarProcess {
  readonly process: ChildProcess;
  /** Its log so far, one object a line. */
  log(): readonly LogLine[];
  /** Its audit records so far. */
  records(): readonly AuditRecord[];
  /** Status code of one of its health endpoints; undefined before it listens. */
  health(path: string): Promise<number | undefined>;
  metrics(): Promise<string>;
  readonly ended: Promise<number | null>;
}

/** A pod as far as its agent sees it: volumes, environment and its three documents on an API server. */
export interface PodOnApiServer {
  /** The gateway's data folder. */
  readonly data: string;
  /** The volumes; `credentials` and `pod` are below it. */
  readonly volumes: string;
  /** What the controller does at discovery: the two reports, empty. */
  createReports(): Promise<void>;
  publish(document: MetadataDocument): Promise<void>;
  withdraw(): Promise<void>;
  /** What the kubelet does after a change of the pod: it swaps the file. */
  showInPod(file: 'labels' | 'annotations', text: string): void;
  status(): Promise<StatusDocument | undefined>;
  changes(): Promise<ChangesDocument | undefined>;
  start(kubeconfig: string, over?: NodeJS.ProcessEnv): SidecarProcess;
  /** Ends every process and removes the volumes. */
  close(): Promise<void>;
}

export interface PodOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly crName: string;
  readonly gatewayName: string;
  readonly podUID: string;
}

export function createPod({ client, namespace, crName, gatewayName, podUID }: PodOptions): PodOnApiServer {
  const volumes = mkdtempSync(join(tmpdir(), 'stoker-pod-'));
  const data = join(volumes, 'data');
  for (const name of ['data', 'credentials', 'pod', 'cache', 'run']) mkdirSync(join(volumes, name));
  writeFileSync(join(volumes, 'pod/annotations'), `stoker.io/gateway-name="${gatewayName}"`);
  writeFileSync(join(volumes, 'pod/labels'), 'plant="north"');
  const running: SidecarProcess[] = [];
  const metadata = { namespace, name: metadataName(crName, gatewayName) };

  async function read(name: string, key: string): Promise<string | undefined> {
    return (await client.find(configMaps, { namespace, name }))?.data?.[key];
  }

  return {
    data,
    volumes,
    async createReports() {
      for (const name of [statusName(crName, gatewayName), changesName(crName, gatewayName)]) {
        await client.create(configMaps, { metadata: { namespace, name } });
      }
    },
    async publish(document) {
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { [documentKeys.metadata]: JSON.stringify(document) },
      };
      await client.apply(configMaps, object, { fieldManager: 'test' });
    },
    async withdraw() {
      await client.delete(configMaps, metadata);
    },
    showInPod(file, text) {
      writeFileSync(join(volumes, `pod/.${file}`), text);
      renameSync(join(volumes, `pod/.${file}`), join(volumes, 'pod', file));
    },
    async status() {
      const text = await read(statusName(crName, gatewayName), documentKeys.status);
      return text === undefined ? undefined : parseStatusDocument(text);
    },
    async changes() {
      const text = await read(changesName(crName, gatewayName), documentKeys.changes);
      return text === undefined ? undefined : parseChangesDocument(text);
    },
    start(kubeconfig, over = {}) {
      const environment = {
        KUBECONFIG: kubeconfig,
        STOKER_CR_NAME: crName,
        STOKER_CONTAINER_DATA_DIR: data,
        POD_NAMESPACE: namespace,
        POD_NAME: `${gatewayName}-0`,
        POD_UID: podUID,
        ...over,
      };
      const sidecar = startProcess(volumes, environment);
      running.push(sidecar);
      return sidecar;
    },
    async close() {
      for (const { process, ended } of running) {
        process.kill('SIGKILL');
        await ended;
      }
      // A git of a killed agent may still be at its last file.
      rmSync(volumes, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function startProcess(volumes: string, environment: NodeJS.ProcessEnv): SidecarProcess {
  const { NODE_OPTIONS: _ours, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--conditions=@stoker/source', script, volumes], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  let recorded = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (recorded += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (written += piece));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const log = () =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => parseLine(line));
  const address = () => {
    const port = log().find(({ msg }) => msg === 'agent runs')?.address;
    return port === undefined ? undefined : `http://127.0.0.1${port}`;
  };
  return {
    process: child,
    ended,
    log,
    records: () => recorded.split('\n').slice(0, -1).map(parseAuditRecord),
    async health(path) {
      const url = address();
      return url === undefined ? undefined : (await fetch(`${url}${path}`)).status;
    },
    metrics: async () => (await fetch(`${address()}/metrics`)).text(),
  };
}

/** A line that is no JSON is a crash of node itself. */
function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
