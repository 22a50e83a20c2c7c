// kube-apiserver and etcd as plain processes on loopback: a real API with RBAC, CEL and watches in a few seconds, without
// root, kubelet or controllers. So nothing is garbage collected here, and a deleted namespace stays Terminating.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeBinary } from '../cluster/kubeBinary.ts';
import { guardFolder, startServerProcess, type ServerProcess } from '../cluster/serverProcess.ts';
import { freePort } from './freePort.ts';

export interface ApiServer {
  /** Path of a kubeconfig whose user is in `system:masters`; impersonate or use TokenRequest for less. */
  readonly kubeconfig: string;
  /** Stops kube-apiserver alone, `SIGKILL` unless told otherwise. etcd and its data stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts kube-apiserver again on the same port and data. */
  start(): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/** Starts etcd and kube-apiserver. They end with this process, however it ends. Throws when one does not come up. */
export async function startApiServer(): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-api-'));
  const guard = guardFolder(folder);
  const token = randomBytes(16).toString('hex');
  const [port, etcdPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  let etcd: ServerProcess | undefined;
  let server: ServerProcess | undefined;
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    await server?.stop(signal);
    server = undefined;
  };
  const start = async () => {
    server ??= await startServer({ folder, port, etcdPort, token });
  };
  const close = async () => {
    await stop();
    await etcd?.stop('SIGKILL');
    guard.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    writeKeys(folder, token);
    etcd = await startEtcd(folder, etcdPort, peerPort);
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(port, token, readFileSync(certificateIn(folder))), { mode: 0o600 });
  return { kubeconfig, start, stop, close };
}

function writeKeys(folder: string, token: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
}

function startEtcd(folder: string, port: number, peerPort: number): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return startServerProcess({
    name: 'etcd',
    program: kubeBinary(),
    folder,
    timeoutMs: 30_000,
    // No connection is the answer until it listens; `timeoutMs` and the end of the process are what fails.
    isReady: async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok ?? false,
    args: [
      '--name=e',
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=e=${peerUrl}`,
      '--unsafe-no-fsync',
    ],
  });
}

function startServer(options: {
  folder: string;
  port: number;
  etcdPort: number;
  token: string;
}): Promise<ServerProcess> {
  const { folder, port, token } = options;
  return startServerProcess({
    name: 'kube-apiserver',
    program: kubeBinary(),
    folder,
    timeoutMs: 60_000,
    isReady: async () => existsSync(certificateIn(folder)) && (await answersReady(port, token)),
    args: [
      `--etcd-servers=http://127.0.0.1:${options.etcdPort}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(folder, 'sa.pub')}`,
      `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
      // No controller makes the default service accounts here, and without them this plugin refuses every pod.
      '--disable-admission-plugins=ServiceAccount',
      '--profiling=false',
    ],
  });
}

/** What kube-apiserver signs for itself at its first start: its certificate, then the authority. */
function certificateIn(folder: string): string {
  return join(folder, 'certificates/apiserver.crt');
}

function answersReady(port: number, token: string): Promise<boolean> {
  return new Promise((answer) => {
    // Readiness only: this request trusts any certificate, what tests send is checked against the authority.
    const options = { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, agent: false } as const;
    const probe = request({ ...options, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      answer(response.statusCode === 200);
    });
    probe.on('error', () => answer(false));
    probe.end();
  });
}

function kubeconfigOf(port: number, token: string, authority: Buffer): string {
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority.toString('base64') };
  // JSON is YAML, and needs no library here.
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'api-server', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'api-server', context: { cluster: 'api-server', user: 'admin' } }],
    'current-context': 'api-server',
  });
}
