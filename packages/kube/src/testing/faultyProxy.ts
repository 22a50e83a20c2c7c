import { Agent, createServer, type IncomingMessage, request as requestPlain, type ServerResponse } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ClusterAccess } from '../access/access.ts';

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** What becomes of one request on its way to a real API server. */
export type Fate =
  /** Every piece of the answer may come so much later, and it may be the server's up to some byte only. */
  | { readonly kind: 'passed'; readonly delayMs?: number; readonly broken?: Break }
  /** The server never sees it. */
  | ({ readonly kind: 'refused' } & Refusal)
  /** The server never sees it, and nobody answers. */
  | { readonly kind: 'swallowed' }
  /** The server never sees it, and the connection is closed. */
  | { readonly kind: 'dropped' };

export interface Break {
  readonly afterBytes: number;
  readonly how: How;
}

/**
 * `cut`: the connection is reset; `ended`: a proper end in the wrong place; `stalled`: silence on an open connection. On
 * the next whole line: `garbled`, a line that is no JSON, or an ERROR event.
 */
type How = 'cut' | 'ended' | 'stalled' | 'garbled' | Refusal;

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface FaultyProxy {
  /** The API server, through the proxy. */
  readonly access: ClusterAccess;
  /** In the order in which they came. */
  readonly requests: readonly ProxiedRequest[];
  /** Resets every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A proxy before a real API server, which treats each request as it is told to. */
export async function startFaultyProxy(
  upstream: ClusterAccess,
  decide: (request: ProxiedRequest) => Fate,
): Promise<FaultyProxy> {
  const requests: ProxiedRequest[] = [];
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = describe(incoming);
    requests.push(request);
    const fate = decide(request);
    if (fate.kind === 'dropped') incoming.socket.destroy();
    else if (fate.kind === 'refused') refuse(outgoing, fate);
    else if (fate.kind === 'passed') await pass(await ask(upstream, incoming, outgoing), outgoing, fate);
  };
  // Whoever is cut off on one side is cut off on the other.
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const agent = new Agent({ keepAlive: true });
  return {
    access: { namespace: upstream.namespace, connect: async () => ({ server: url, agent, headers: {} }) },
    requests,
    cut: () => server.closeAllConnections(),
    close: async () => {
      agent.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function describe({ method = '', url = '' }: IncomingMessage): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return { method, path: pathname, query: Object.fromEntries(searchParams) };
}

function statusOf({ status, reason, retryAfterSeconds }: Refusal) {
  const details = retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } };
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message: 'faulty', ...details };
}

function refuse(outgoing: ServerResponse, refusal: Refusal): void {
  const { status, retryAfterSeconds } = refusal;
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  outgoing.end(JSON.stringify(statusOf(refusal)));
}

/** Sends the request on, as whoever `upstream` is, and answers with the head of what comes back. */
async function ask(
  upstream: ClusterAccess,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<IncomingMessage> {
  const { server, agent, headers } = await upstream.connect();
  const request = server.protocol === 'http:' ? requestPlain : requestTls;
  const { host: _, connection: __, ...asked } = incoming.headers;
  return new Promise((resolve, reject) => {
    const { method } = incoming;
    const onward = request(new URL(incoming.url ?? '', server), { agent, method, headers: { ...asked, ...headers } });
    outgoing.on('close', () => onward.destroy());
    onward.on('error', reject);
    onward.on('response', resolve);
    incoming.pipe(onward);
  });
}

async function pass(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { delayMs, broken }: Fate & { kind: 'passed' },
): Promise<void> {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  outgoing.flushHeaders();
  for await (const chunk of broken ? upTo(answer, broken) : answer) {
    if (delayMs !== undefined) await setTimeout(delayMs);
    outgoing.write(chunk);
  }
  if (broken) breakOff(outgoing, broken.how);
  else outgoing.end();
}

/** What comes before the break: so many bytes, and where a line of our own follows, the rest of the one that these end in. */
async function* upTo(stream: IncomingMessage, { afterBytes, how }: Break): AsyncGenerator<Buffer> {
  const toEndOfLine = typeof how === 'object' || how === 'garbled';
  let left = afterBytes;
  for await (const piece of stream) {
    const chunk = piece as Buffer;
    const end = toEndOfLine ? chunk.indexOf(0x0a, left) + 1 : left;
    const isLast = left < chunk.length && (end > 0 || !toEndOfLine);
    yield isLast ? chunk.subarray(0, end) : chunk;
    if (isLast) return;
    left = Math.max(0, left - chunk.length);
  }
}

function breakOff(outgoing: ServerResponse, how: How): void {
  if (how === 'cut') outgoing.write('', () => outgoing.destroy());
  else if (how === 'ended') outgoing.end();
  else if (how === 'garbled') outgoing.write('{"type":"BROKEN\n');
  else if (how !== 'stalled') outgoing.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(how) })}\n`);
}
