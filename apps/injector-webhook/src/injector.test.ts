import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openAudit } from '@stoker/audit';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { generate } from 'selfsigned';
import { type Injector, startInjector } from './injector.ts';
import { parseOptions } from './options.ts';

let folder: string;
let apiServer: Server;
let records: PassThrough;

const endOfInitialEvents = {
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } } },
};

beforeEach(async () => {
  records = new PassThrough();
  folder = mkdtempSync(join(tmpdir(), 'stoker-injector-'));
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  writeFileSync(join(folder, 'tls.crt'), pair.cert);
  writeFileSync(join(folder, 'tls.key'), pair.private);
  // A cluster without resources, in which nothing happens.
  apiServer = createServer(({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (!url.includes('watch=')) return response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
    response.flushHeaders();
    if (url.includes('sendInitialEvents=')) response.write(`${JSON.stringify(endOfInitialEvents)}\n`);
  });
  await new Promise<void>((listening) => apiServer.listen(0, '127.0.0.1', listening));
});

afterEach(() => {
  apiServer.closeAllConnections();
  apiServer.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Injector> {
  const { port } = apiServer.address() as AddressInfo;
  const kubeconfig = join(folder, 'kubeconfig');
  const config = {
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'a', user: {} }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const own = ['--address=127.0.0.1:0', '--health-address=127.0.0.1:0', `--tls-dir=${folder}`];
  const options = parseOptions(['--agent-image=agent:1', ...own], { POD_NAMESPACE: 'stoker-system' });
  if (typeof options === 'string') throw new Error('options were expected');
  const client = openClient(loadKubeConfig({ kubeconfig }), { userAgent: 'injector-test' });
  const events = createEventRecorder({ client, component: 'stoker.io/injector', instance: 'test' });
  const logger = createLogger({ app: 'injector', level: 'error' });
  const audit = openAudit({ app: 'injector', log: logger, stream: records });
  return startInjector({ options, client, events, audit, logger });
}

/** The status that a GET of the webhook's path gets, or the code of the error. */
function ask(port: number): Promise<number | string | undefined> {
  return new Promise((answer) => {
    const asked = request({ host: '127.0.0.1', port, path: '/mutate', rejectUnauthorized: false, agent: false });
    asked.on('response', (response) => answer(response.resume().statusCode));
    asked.on('error', (error: NodeJS.ErrnoException) => answer(error.code));
    asked.end();
  });
}

test('told to stop, it is no longer ready, and serves on until nobody sends pods any more', async () => {
  const forgotten = Promise.withResolvers<void>();
  const injector = await start();
  const readiness = async () => (await fetch(`http://127.0.0.1:${injector.healthPort}/readyz`)).status;
  await expect(readiness()).resolves.toBe(200);

  const stopped = injector.stop(forgotten.promise);
  await expect(readiness()).resolves.toBe(503);
  await expect(ask(injector.port)).resolves.toBe(405);
  forgotten.resolve();
  await stopped;
  await expect(ask(injector.port)).resolves.toBe('ECONNREFUSED');
});
