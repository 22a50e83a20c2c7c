// Gives each worker of the API-server tier a server of its own, since some tests take theirs away; `environment.mjs` tells tests
// which it is.
import { createServer } from 'node:http';
import { startApiServer } from './apiServer.ts';

/** What `globalTeardown.mjs` has to close. */
export const running = { close: async () => undefined };

/** An address that takes `POST /stop` and `POST /start` for a server, so that a package's test can take it away and bring it back. */
async function startControl(server) {
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
  return control;
}

async function startServer() {
  const server = await startApiServer();
  const control = await startControl(server);
  const close = async () => {
    control.closeAllConnections();
    control.close();
    await server.close();
  };
  const env = {
    KUBECONFIG: server.kubeconfig,
    STOKER_APISERVER_CONTROL: `http://127.0.0.1:${control.address().port}`,
  };
  return { close, env };
}

/** @param {{ maxWorkers: number }} globalConfig */
export default async function globalSetup({ maxWorkers }) {
  const servers = await Promise.all(Array.from({ length: maxWorkers }, startServer));
  running.close = async () => void (await Promise.all(servers.map(({ close }) => close())));
  process.env.STOKER_API_SERVERS = JSON.stringify(servers.map(({ env }) => env));
}
