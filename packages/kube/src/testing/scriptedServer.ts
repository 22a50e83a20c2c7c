import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAccess } from '../access/access.ts';

/** What the server does with one request. */
export type Step = (response: ServerResponse, request: IncomingMessage) => void;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ScriptedServer {
  readonly access: ClusterAccess;
  /** In the order in which they came. */
  readonly requests: readonly SeenRequest[];
  /** What follows what is already planned. A request without a step waits for one. */
  plan(...steps: Step[]): void;
  /** Resolves when so many requests have come. */
  received(count: number): Promise<void>;
  /** From now on a list as a stream is a request like any other. Until then it is refused, as old servers do, unseen. */
  learnToStream(): void;
  /** Nobody answers at its address any more, and open connections are cut. */
  goAway(): Promise<void>;
  /** It is back, at its old address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** An API server that does exactly what it is told, right or wrong. */
export async function startScriptedServer(...script: Step[]): Promise<ScriptedServer> {
  const steps = [...script];
  let streams = false;
  const held: { response: ServerResponse; request: IncomingMessage }[] = [];
  const requests: SeenRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];

  const take = (response: ServerResponse, request: IncomingMessage) => {
    const step = steps.shift();
    if (step) step(response, request);
    else held.push({ response, request });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const seen = describe(request, await readAll(request));
    if (seen.query['sendInitialEvents'] && !streams) return void response.writeHead(422).end();
    requests.push(seen);
    take(response, request);
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
  };
  // A client that goes away in the middle of what it says gets no answer.
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const goAway = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    held.length = 0;
    await closed;
  };
  return {
    access: {
      namespace: async () => 'default',
      connect: async () => ({
        server: new URL(`http://127.0.0.1:${port}`),
        agent,
        headers: { authorization: 'Bearer t' },
      }),
    },
    requests,
    plan: (...more) => {
      steps.push(...more);
      while (steps.length > 0 && held.length > 0) {
        const { response, request } = held.shift() ?? {};
        if (response && request) take(response, request);
      }
    },
    received: (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      if (requests.length >= count) resolve();
      return promise;
    },
    learnToStream: () => {
      streams = true;
    },
    goAway,
    comeBack: () => listen(server, port),
    close: async () => {
      agent.destroy();
      if (server.listening) await goAway();
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function describe({ method = '', url = '', headers }: IncomingMessage, body: string): SeenRequest {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return { method, path: pathname, query: Object.fromEntries(searchParams), headers, body };
}
