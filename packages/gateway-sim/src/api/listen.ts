import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface Listeners {
  readonly httpUrl: string;
  readonly httpsUrl: string | undefined;
  /** PEM of the self-signed certificate of https. */
  readonly certificate: string | undefined;
  /** False: connections are refused, open ones end. True: the same ports are listened to again. */
  accept(wanted: boolean): void;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly httpPort: number;
  readonly httpsPort?: number | undefined;
  readonly host?: string | undefined;
}

/** Listens with http, and with https under a certificate made for the occasion, in the name of `host` and of localhost. */
export async function listen(application: RequestListener, options: ListenOptions): Promise<Listeners> {
  const { httpPort, httpsPort, host = '127.0.0.1' } = options;
  const http = await open(createServer(application), httpPort, host);
  const opened = [http];
  let certificate: string | undefined;
  let httpsUrl: string | undefined;
  if (httpsPort !== undefined) {
    const pems = await selfSigned(host);
    certificate = pems.cert;
    const https = await open(createSecureServer({ key: pems.private, cert: pems.cert }, application), httpsPort, host);
    opened.push(https);
    httpsUrl = `https://${host}:${https.port}`;
  }
  return {
    httpUrl: `http://${host}:${http.port}`,
    httpsUrl,
    certificate,
    accept(wanted) {
      for (const { server, port } of opened) {
        if (wanted && !server.listening) server.listen(port, host);
        if (!wanted) shut(server);
      }
    },
    async close() {
      const listening = opened.filter(({ server }) => server.listening);
      const closed = listening.map(({ server }) => once(server, 'close'));
      for (const { server } of listening) shut(server);
      await Promise.all(closed);
    },
  };
}

async function open(server: Server, wanted: number, host: string) {
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function selfSigned(host: string) {
  return generate([{ name: 'commonName', value: 'simulated-gateway' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          ...(/^[\d.]+$/.test(host) ? [{ type: 7 as const, ip: host }] : []),
        ],
      },
    ],
  });
}
