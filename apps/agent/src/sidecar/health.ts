import { createServer, type Server } from 'node:http';
import { describeError } from '@stoker/errors';

export interface HealthFacts {
  /** Whether the gateway may start. */
  readonly started: () => boolean;
  readonly metrics: () => Promise<string>;
}

/**
 * Serves `/startupz` (503 until the gateway may start), `/livez` (200 as long as this process turns; neither git nor the
 * API server plays a part) and `/metrics`.
 * @param port 0 for any
 */
export async function serveHealth(port: number, facts: HealthFacts): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/livez') response.end('ok\n');
    else if (path === '/startupz') {
      const started = facts.started();
      response.writeHead(started ? 200 : 503).end(started ? 'ok\n' : 'waiting for the first sync\n');
    } else if (path === '/metrics') {
      facts.metrics().then(
        (text) => response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(text),
        (error: unknown) =>
          response.writeHead(500).end(`metrics cannot be rendered: ${describeError(error).message}\n`),
      );
    } else response.writeHead(404).end();
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, resolve);
  await promise;
  return server;
}
