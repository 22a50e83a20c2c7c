import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Connection } from '../access/access.ts';

export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Called when the connection is there and nothing has been sent; what it throws is the outcome. */
  readonly beforeSend?: (() => void) | undefined;
  readonly signal: AbortSignal;
}

/** A kept connection was closed by the server just as it was used again: the request was not read. */
export class StaleConnection extends Error {}

/** Sends one request and resolves with the head of the answer; its body may then be read or destroyed. */
export function exchange(
  connection: Connection,
  { method, path, headers, body, beforeSend, signal }: Exchange,
): Promise<IncomingMessage> {
  const { server, agent, auth } = connection;
  const request = server.protocol === 'http:' ? requestPlain : requestTls;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      protocol: server.protocol,
      hostname: server.hostname.replace(/^\[|\]$/gu, ''),
      port: server.port,
      // A cluster behind a gateway such as Rancher's lives under a path.
      path: server.pathname.replace(/\/$/u, '') + path,
      method,
      agent,
      ...(auth === undefined ? {} : { auth }),
      headers: {
        ...connection.headers,
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      signal,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => {
      const isStale = outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    if (beforeSend) sendGuarded(outgoing, body, beforeSend);
    else outgoing.end(body);
  });
}

/** Between the check and the bytes on the socket lie microseconds and no `await`: nothing else of this process can come between. */
function sendGuarded(outgoing: ClientRequest, body: string | undefined, beforeSend: () => void): void {
  const send = () => {
    try {
      beforeSend();
      outgoing.end(body);
    } catch (error) {
      outgoing.destroy(Error.isError(error) ? error : new Error(String(error)));
    }
  };
  outgoing.once('socket', (socket) => {
    // Of a proxy's agent even a new one may be connected already, and would never say so again.
    const isTls = socket instanceof TLSSocket;
    const isReady = isTls ? socket.alpnProtocol !== null : !socket.connecting;
    if (outgoing.reusedSocket || isReady) send();
    else socket.once(isTls ? 'secureConnect' : 'connect', send);
  });
}

/** Reads all of an answer. Throws when it ends before its announced end. */
export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
