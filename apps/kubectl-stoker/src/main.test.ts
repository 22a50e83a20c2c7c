import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gateway, stoker } from './testing/facts.ts';

let folder: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-stoker-'));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** Runs the program as a shell does, against an API server that answers so. */
async function start(answer: RequestListener, ...argv: string[]) {
  const [command, ...args] = await commandLine(answer, argv);
  return spawn(command, args);
}

async function commandLine(answer: RequestListener, argv: readonly string[]): Promise<[string, ...string[]]> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'a', user: {} }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'water' } }],
    'current-context': 'a',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const main = join(import.meta.dirname, 'main.ts');
  return [process.execPath, '--conditions=@stoker/source', main, ...argv, '--kubeconfig', kubeconfig];
}

/** Has one gateway, and a log of it that goes on. */
const withLog: RequestListener = ({ url = '' }, response) => {
  if (url.includes('/log?')) return void response.writeHead(200).write('{"msg":"started"}\n');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [stoker([gateway()])] }));
};

test('Ctrl-C ends a command that waits for the API server, at once and without a word', async () => {
  const asked = Promise.withResolvers<void>();
  const child = await start(() => asked.resolve(), 'get');
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = once(child, 'close');
  await asked.promise;
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(Buffer.concat(said).toString()).toBe('');
}, 60_000);

test('Ctrl-C ends a log that is followed, as it ends that of kubectl', async () => {
  const child = await start(withLog, 'logs', 'north', '--follow');
  const ended = once(child, 'close');
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect([String(line), await ended]).toEqual(['{"msg":"started"}\n', [null, 'SIGINT']]);
}, 60_000);

test('a log that nobody reads any more ends, and is no fault', async () => {
  const goOn = Promise.withResolvers<void>();
  const answer: RequestListener = (request, response) => {
    withLog(request, response);
    if (request.url?.includes('/log?')) void goOn.promise.then(() => response.write('{"msg":"synced"}\n'));
  };
  const child = await start(answer, 'logs', 'north', '--follow');
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  goOn.resolve();
  expect(await ended).toEqual([0, null]);
}, 60_000);

test('an answer that a full disk has not taken is a fault, and is told', async () => {
  const command = await commandLine(withLog, ['get', '--output', 'json']);
  const child = spawn('sh', ['-c', 'exec "$@" >/dev/full', 'sh', ...command]);
  const [said, ended] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([said, ended]).toEqual(['kubectl stoker: ENOSPC: no space left on device, write\n', [1, null]]);
}, 60_000);
