import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { openGateway } from './openGateway.ts';

// For a name that nobody uses to reach a gateway from its own pod.
const { cert: certificate, private: privateKey } = await generate(
  [{ name: 'commonName', value: 'gateway.plant.example' }],
  { keyType: 'ec' },
);

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return (server.address() as AddressInfo).port;
}

const listenSecurely = () =>
  listen(
    createSecureServer({ key: privateKey, cert: certificate }, (_request, response) => {
      response.end('{"state":"RUNNING"}');
    }),
  );

describe('over https', () => {
  test('an unknown certificate is refused, and the hint tells where to put it', async () => {
    const gateway = openGateway({ baseUrl: `https://127.0.0.1:${await listenSecurely()}`, timeoutMs: 5000 });
    await expect(gateway.statusPing()).rejects.toMatchObject({
      reason: 'GatewayCertificateInvalid',
      hint: expect.stringContaining('caBundleSecretRef'),
    });
  });

  test('a certificate in the bundle is enough on loopback, whatever name it holds', async () => {
    const port = await listenSecurely();
    for (const host of ['127.0.0.1', 'localhost']) {
      const gateway = openGateway({ baseUrl: `https://${host}:${port}`, caBundle: certificate, timeoutMs: 5000 });
      expect(await gateway.statusPing()).toEqual({ state: 'RUNNING', details: undefined });
    }
  });

  test('any certificate will do where the caller says so', async () => {
    const baseUrl = `https://127.0.0.1:${await listenSecurely()}`;
    expect(await openGateway({ baseUrl, insecureSkipVerify: true, timeoutMs: 5000 }).statusPing()).toMatchObject({
      state: 'RUNNING',
    });
  });

  test('a server without TLS is told apart from one that is down', async () => {
    const port = await listen(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const gateway = openGateway({ baseUrl: `https://127.0.0.1:${port}`, timeoutMs: 5000 });
    await expect(gateway.statusPing()).rejects.toMatchObject({
      reason: 'GatewayError',
      hint: expect.stringContaining('gateway.tls'),
    });
  });
});

describe('a server that', () => {
  const cases: readonly [string, (socket: Socket) => void, string][] = [
    ['accepts and hangs', () => undefined, 'GatewayTimeout'],
    ['closes at once', (socket) => socket.destroy(), 'GatewayUnreachable'],
    [
      'cuts its answer short',
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"st')),
      'GatewayUnreachable',
    ],
    ['speaks something else', (socket) => socket.end('220 smtp.plant.example\r\n'), 'GatewayError'],
  ];
  test.each(cases)('%s', async (_what, serve, reason) => {
    const port = await listen(createServer((socket) => serve(socket.on('error', () => undefined))));
    // Only who says nothing is waited for: a busy machine takes its time for the others.
    const timeoutMs = reason === 'GatewayTimeout' ? 100 : 5_000;
    const gateway = openGateway({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs });
    await expect(gateway.statusPing()).rejects.toMatchObject({ reason, class: 'transient' });
  });

  test('drips is given up on, since the limit is for the whole answer', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n');
        const drip = setInterval(() => socket.write(' '), 10);
        socket.on('error', () => undefined).once('close', () => clearInterval(drip));
      }),
    );
    const gateway = openGateway({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 100 });
    await expect(gateway.statusPing()).rejects.toMatchObject({ reason: 'GatewayTimeout' });
  });
});
