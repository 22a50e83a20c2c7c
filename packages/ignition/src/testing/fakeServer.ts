import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server with answers by path. It knows nothing of gateways: what they answer is written in each test. */
export interface FakeServer {
  readonly url: string;
  /** `METHOD /path` of every request so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: string | object;
}

type Answers = Readonly<Record<string, FakeAnswer | ((request: IncomingMessage, body: string) => FakeAnswer)>>;

/** `*` answers what no other path does; without it that is a 404 page. */
export async function startFakeServer(answers: Answers): Promise<FakeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push(`${request.method} ${path}`);
      const found = answers[path] ?? answers['*'] ?? { status: 404, body: '<html>404</html>' };
      const answer = typeof found === 'function' ? found(request, Buffer.concat(chunks).toString()) : found;
      const { status = 200, headers = {}, body = '' } = answer;
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
