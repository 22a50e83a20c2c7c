import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError } from '@stoker/errors';
import { type AdmissionRequest, type AdmissionResponse, parseReview } from './review.ts';

/** The API server sends no more than an object and its old self: 2 × 1.5 MiB, etcd's limit, and some envelope. */
const maxBodyBytes = 4 * 1024 * 1024;
/** The API server gives a webhook at most 30 s. */
const requestTimeoutMs = 30_000;
/**
 * The API server ends a connection that was idle for 90 s. Ended here before, a review that is on its way at that moment
 * is lost, and its pod starts without its agent.
 */
const keepAliveTimeoutMs = 120_000;

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface AdmissionServer {
  readonly port: number;
  /** New connections use the new pair; open ones go on. */
  useKeyPair(pair: KeyPair): void;
  /** From now on each connection is answered once more and closed, so that who calls again finds another replica. */
  drain(): void;
  /** Stops accepting, lets requests in flight finish. */
  close(): Promise<void>;
}

/** Serves `POST /mutate` over TLS. Anything else gets a 4xx that says what was expected. */
export async function startAdmissionServer(options: {
  /** Undefined: every address, IPv6 and IPv4. */
  readonly host: string | undefined;
  readonly port: number;
  readonly keyPair: KeyPair;
  readonly admit: (request: AdmissionRequest) => Promise<AdmissionResponse>;
  readonly onError: (error: unknown) => void;
}): Promise<AdmissionServer> {
  let isDraining = false;
  const server = createServer(
    {
      ...options.keyPair,
      minVersion: 'TLSv1.2',
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    (request, response) => {
      if (isDraining) response.setHeader('connection', 'close');
      handle(request, response, options).catch((error: unknown) => {
        options.onError(error);
        if (response.headersSent) response.destroy();
        else reply(response, 500, { error: 'internal error; see the injector log' });
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    useKeyPair: (pair) => server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
    drain: () => {
      isDraining = true;
    },
    close: () => close(server),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly admit: (request: AdmissionRequest) => Promise<AdmissionResponse> },
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path !== '/mutate') return refuse(request, response, 404, 'only /mutate is served here');
  if (request.method !== 'POST') return refuse(request, response, 405, 'use POST');
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(request, response, 415, 'content-type must be application/json');
  }
  const body = await readBody(request);
  if (body === undefined) return refuse(request, response, 413, `the body is larger than ${maxBodyBytes} bytes`);
  let review: AdmissionRequest;
  try {
    review = parseReview(body);
  } catch (error) {
    return reply(response, 400, { error: describeError(error).message });
  }
  reply(response, 200, await options.admit(review));
}

/** Undefined when the body is over the limit; what follows is not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, error: string): void {
  response.setHeader('connection', 'close');
  reply(response, status, { error });
  request.resume();
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
