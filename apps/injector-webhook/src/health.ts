import { createServer } from 'node:http';
import type { Registry } from 'prom-client';
import type { Address } from './options.ts';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `/livez`: the process runs. `/readyz`: it can decide. `/metrics`: what it counted. */
export async function startHealthServer(options: {
  readonly address: Address;
  readonly registry: Registry;
  readonly isReady: () => boolean;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const send = (status: number, body: string, type = 'text/plain') =>
      response.writeHead(status, { 'content-type': type }).end(body);
    switch (request.url) {
      case '/livez':
        return send(200, 'ok\n');
      case '/readyz':
        return options.isReady() ? send(200, 'ok\n') : send(503, 'not ready\n');
      case '/metrics':
        return void options.registry.metrics().then(
          (text) => send(200, text, options.registry.contentType),
          (error: unknown) => send(500, `${String(error)}\n`),
        );
      default:
        return send(404, 'not found\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.address.port, options.address.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : options.address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
