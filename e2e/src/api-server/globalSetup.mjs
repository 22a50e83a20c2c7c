// Gives the API-server tier its server. Tests see two variables: KUBECONFIG, and STOKER_APISERVER_CONTROL, an address that
// takes `POST /stop` and `POST /start`, so that a package's test can take the API server away and bring it back.
import { createServer } from 'node:http';
import { startApiServer } from './apiServer.ts';

/** What `globalTeardown.mjs` has to close. */
export const running = { close: async () => undefined };

export default async function globalSetup() {
  const server = await startApiServer();
  const actions = { 'POST /stop': () => server.stop(), 'POST /start': () => server.start() };
  const control = createServer((request, response) => {
    const action = actions[`${request.method} ${request.url}`];
    if (!action) return void response.writeHead(404).end();
    action().then(
      () => response.writeHead(204).end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise((listening) => control.listen(0, '127.0.0.1', listening));
  running.close = async () => {
    control.closeAllConnections();
    control.close();
    await server.close();
  };
  process.env.KUBECONFIG = server.kubeconfig;
  process.env.STOKER_APISERVER_CONTROL = `http://127.0.0.1:${control.address().port}`;
}
