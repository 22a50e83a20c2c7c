import { createServer } from 'node:http';
import { listen, type Listening } from './listen.ts';
import type { Address } from './optionValues.ts';

/** `/livez`: the process runs. `/readyz`: it can do its work. `/metrics`: what it counted. */
export async function startHealthServer(options: {
  readonly address: Address;
  /** As prom-client has it. */
  readonly registry: { readonly contentType: string; metrics(): Promise<string> };
  readonly isReady: () => boolean;
}): Promise<Listening> {
  const server = createServer((request, response) => {
    const send = (status: number, body: string, type = 'text/plain') => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    switch (request.url) {
      case '/livez':
        return send(200, 'ok\n');
      case '/readyz':
        return options.isReady() ? send(200, 'ok\n') : send(503, 'not ready: waiting for the API server\n');
      case '/metrics':
        return void options.registry.metrics().then(
          (text) => send(200, text, options.registry.contentType),
          (error: unknown) => send(500, `${String(error)}\n`),
        );
      default:
        return send(404, 'not found\n');
    }
  });
  return listen(server, options.address);
}
