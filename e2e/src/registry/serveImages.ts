// A registry of images and charts on a free port of this machine, for as long as the test lives.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { extractedProgram } from '../cluster/extractedPrograms.ts';
import { runProgram } from '../cluster/runProgram.ts';

export interface ImageRegistry {
  /** Host and port. */
  readonly address: string;
  /** What a client needs in its environment to trust it. */
  readonly trust: { readonly SSL_CERT_FILE: string };
  close(): Promise<void>;
}

/** Starts Debian's `docker-registry` with a certificate of its own in `folder`. Throws when it ends before it listens. */
export async function serveImages(folder: string): Promise<ImageRegistry> {
  mkdirSync(folder);
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const kind = ['-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2'];
  const name = ['-subj', '/CN=registry', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await runProgram('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', certificate]);
  const config = {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: '127.0.0.1:0', tls: { certificate, key } },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const program = extractedProgram('docker-registry');
  const server = spawn(program, ['serve', join(folder, 'config.yml')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await listeningAddress(server.stderr);
  const close = async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return { address, trust: { SSL_CERT_FILE: certificate }, close };
}

async function listeningAddress(log: Readable): Promise<string> {
  for await (const line of createInterface(log)) {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (!address) continue;
    setImmediate(() => log.resume()); // nobody reads on, and a full pipe would stop the server
    return address;
  }
  throw new Error('docker-registry ended before it listened');
}
