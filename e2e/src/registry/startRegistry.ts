import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { hostAddress, registryPort } from '../cluster/addresses.ts';
import { extractedProgram } from '../cluster/extractedPrograms.ts';
import { clusterCertificates } from '../cluster/local.ts';
import { guardFolder, startServerProcess } from '../cluster/serverProcess.ts';

/** A registry of images and charts beside the local cluster, empty at first. */
export interface Registry {
  /** Host and port, as the first part of a reference. */
  readonly address: string;
  /** What a client needs in its environment to trust it. */
  readonly trust: { readonly SSL_CERT_FILE: string };
  close(): Promise<void>;
}

/**
 * Starts Debian's `docker-registry` (CNCF Distribution) with a certificate of the local cluster's authority, which the node
 * trusts. It ends with this process, however it ends. Throws with its log when it does not listen.
 */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-registry-'));
  const guard = guardFolder(folder);
  const address = `${hostAddress}:${registryPort}`;
  const { authority, certificate, key } = clusterCertificates('registry');
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: address, tls: { certificate, key } },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = await startServerProcess({
    name: 'docker-registry',
    program: extractedProgram('docker-registry'),
    args: ['serve', join(folder, 'config.yml')],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    folder,
    isReady: listens,
    timeoutMs: 30_000,
  });
  return {
    address,
    trust: { SSL_CERT_FILE: authority },
    async close() {
      await server.stop('SIGKILL');
      guard.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listens(): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(registryPort, hostAddress, () => answer(true));
    socket.once('error', () => answer(false)).once('close', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}
