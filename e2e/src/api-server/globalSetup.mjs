// Gives each worker of the API-server tier a server of its own, so that a test may take it away. `ownServer.mjs` tells tests theirs.
import { createServer } from 'node:http';
import { startApiServer } from './apiServer.ts';

/** What `globalTeardown.mjs` has to close. */
export const running = { close: async () => undefined };

/** An address that takes `POST /stop` and `POST /start` for the API server. */
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

/** @param {{ maxWorkers: number }} globalConfig */
export default async function globalSetup({ maxWorkers }) {
  const closing = [];
  running.close = async () => {
    for (const close of closing) await close();
  };
  const servers = [];
  for (let worker = 1; worker <= maxWorkers; worker++) {
    const server = await startApiServer();
    const control = await startControl(server);
    closing.push(async () => {
      control.closeAllConnections();
      control.close();
      await server.close();
    });
    servers.push({
      KUBECONFIG: server.kubeconfig,
      STOKER_APISERVER_CONTROL: `http://127.0.0.1:${control.address().port}`,
    });
  }
  process.env.STOKER_API_SERVERS = JSON.stringify(servers);
}
