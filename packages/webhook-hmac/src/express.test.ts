import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { signedBody } from './express.ts';
import { readEvent } from './index.ts';
import { hmac } from './testing/deliveries.ts';

const secret = 'correct horse';
const maxBytes = 1000;
const maxBytesInFlight = 4000;
let server: Server;
let port: number;
let handled: unknown[];
let refused: string[];

beforeEach(async () => {
  handled = [];
  refused = [];
  const app = express();
  const onRefused = (_request: express.Request, reason: string) => void refused.push(reason);
  const limits = { maxBytes, deadlineMs: 2000, maxBytesInFlight };
  app.post('/webhook', signedBody({ secrets: () => [secret], onRefused, ...limits }), (request, response) => {
    handled.push(readEvent({ headers: request.headers, body: request.body as Uint8Array }));
    response.status(202).json({ sender: response.locals['sender'] });
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function post(body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/webhook`, { method: 'POST', body, headers });
}

/** The first line of the answer to bytes written to the socket, and nothing more sent. */
async function firstLine(bytes: string): Promise<{ line: string; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(bytes);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return { line: chunk.toString().split('\r\n')[0] ?? '', closed };
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the middleware for express', () => {
  test('hands on a genuine delivery with its raw bytes', async () => {
    const body = '{ "ref": "refs/heads/main" }';
    const response = await post(body, {
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${hmac(secret, body)}`,
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ sender: 'github' });
    expect(handled).toEqual([expect.objectContaining({ kind: 'push', ref: 'refs/heads/main' })]);
  });

  test('answers 401 to a bad signature and to none, in the same words', async () => {
    const bad = await post('{}', { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    const none = await post('{}', {});
    expect([bad.status, none.status]).toEqual([401, 401]);
    expect(await bad.text()).toBe(await none.text());
    expect(handled).toEqual([]);
  });

  test('answers 413 to an announced size above the limit, before the body has come', async () => {
    const { line, closed } = await firstLine(
      'POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\nabc',
    );
    expect(line).toContain('413');
    await closed;
  });

  test('answers 413 to a body that grows above the limit unannounced, and ends the connection', async () => {
    const chunk = 'a'.repeat(600);
    const { line, closed } = await firstLine(
      `POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`258\r\n${chunk}\r\n`.repeat(2)}`,
    );
    expect(line).toContain('413');
    await closed;
  });

  test('answers 408 to a body that does not arrive, and ends the connection', async () => {
    const { line, closed } = await firstLine('POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc');
    expect(line).toContain('408');
    await closed;
  });

  test('answers 503 while other bodies hold all the room, and takes deliveries again when they are gone', async () => {
    const genuine = () => {
      const body = JSON.stringify({ ref: 'refs/heads/main', id: 'x'.repeat(500) });
      return post(body, { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac(secret, body)}` });
    };
    const slow = Array.from({ length: 4 }, () => connect(port, '127.0.0.1'));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write(`POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n${'a'.repeat(700)}`);
    }
    const answers: Response[] = [];
    await eventually(async () => {
      answers.unshift(await genuine());
      return answers[0]?.status === 503;
    });
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
    expect(await answers[0]?.json()).toEqual({ error: 'BodyRefused' });
    expect(refused).toContain('BodyRefused');
    for (const socket of slow) socket.destroy();
    await eventually(async () => (await genuine()).status === 202);
    for (let round = 0; round < 20; round += 1) expect((await genuine()).status).toBe(202);
  });

  test('counts what a body costs that comes byte by byte, not only its bytes', async () => {
    const { line, closed } = await firstLine(
      `POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(100)}`,
    );
    expect(line).toContain('503');
    await closed;
  });

  test('tells the log why a delivery was refused', async () => {
    await post('{}', { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    await post('{}', {});
    await post('a'.repeat(maxBytes + 1), {});
    expect(refused).toEqual(['SignatureMismatch', 'SignatureMissing', 'BodyTooLarge']);
  });

  test('survives a sender that hangs up in the middle', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', () => socket.destroy());
    await once(socket, 'close');
    expect((await post('{}', {})).status).toBe(401);
  });

  test('says so when a parser in front of it has eaten the raw bytes', async () => {
    const app = express();
    const errors: unknown[] = [];
    app.use(express.json());
    app.post('/', signedBody({ secrets: () => [secret] }));
    app.use(((error, _request, response, _next) => {
      errors.push(error);
      response.status(500).end();
    }) as express.ErrorRequestHandler);
    const eager = app.listen(0, '127.0.0.1');
    await once(eager, 'listening');
    const url = `http://127.0.0.1:${(eager.address() as AddressInfo).port}/`;
    const response = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    eager.closeAllConnections();
    eager.close();
    expect(response.status).toBe(500);
    expect(String(errors[0])).toContain('in front of every body parser');
  });
});
