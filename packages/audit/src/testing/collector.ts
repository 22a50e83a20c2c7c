import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAuditRecord, type AuditRecord } from '@stoker/crd-types';

/** What the collector does with a request whose lines it has read. */
export type Manner = (response: ServerResponse, lines: readonly string[]) => void;

export const take: Manner = (response) => void response.writeHead(204).end();
export const fail: Manner = (response) => void response.writeHead(500).end('a secret of the collector');
export const stall: Manner = () => undefined;
export const cut: Manner = (response) => void response.socket?.destroy();

/** An HTTP server on loopback that keeps what it has answered 2xx to. */
export interface Collector {
  readonly url: URL;
  readonly requests: readonly IncomingMessage['headers'][];
  readonly records: readonly AuditRecord[];
  behave(manner: Manner): void;
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const requests: IncomingMessage['headers'][] = [];
  const records: AuditRecord[] = [];
  let manner = take;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      requests.push(request.headers);
      const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
      manner(response, lines);
      if (response.statusCode < 300 && response.writableEnded) records.push(...lines.map(parseAuditRecord));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`),
    requests,
    records,
    behave: (next) => {
      manner = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
