import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createPublisher } from './publisher.ts';

/** A server that can be down and slow. */
function createServer() {
  const received: string[] = [];
  let gate: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  let broken = false;
  return {
    received,
    pause: () => (gate = Promise.withResolvers<void>()),
    fail: (fails: boolean) => (broken = fails),
    write: async (text: string) => {
      await gate?.promise;
      if (broken) throw new Error('unreachable');
      received.push(text);
    },
  };
}

test('of several reports during one write only the newest follows', async () => {
  const server = createServer();
  const publisher = createPublisher({ write: server.write, onError: () => undefined });
  const gate = server.pause();
  publisher.publish('1');
  publisher.publish('2');
  publisher.publish('3');
  gate.resolve();
  await publisher.flush(1000);
  expect(server.received).toEqual(['1', '3']);
});

test('a report is written once, and again on request', async () => {
  const server = createServer();
  const publisher = createPublisher({ write: server.write, onError: () => undefined });
  publisher.publish('1');
  await publisher.flush(1000);
  publisher.publish('1');
  await publisher.flush(1000);
  expect(server.received).toEqual(['1']);
  publisher.repeat();
  await publisher.flush(1000);
  expect(server.received).toEqual(['1', '1']);
});

test('a report that could not be written is tried again until it is', async () => {
  const server = createServer();
  server.fail(true);
  const attempts: number[] = [];
  const publisher = createPublisher({
    write: server.write,
    onError: (_error, attempt) => {
      attempts.push(attempt);
      server.fail(false);
    },
  });
  publisher.publish('1');
  await publisher.flush(5000);
  expect([server.received, attempts]).toEqual([['1'], [1]]);
});

test('a superseded agent sends nothing that was waiting', async () => {
  const server = createServer();
  const publisher = createPublisher({ write: server.write, onError: () => undefined });
  const gate = server.pause();
  publisher.publish('1');
  publisher.publish('2');
  publisher.drop();
  gate.resolve();
  await turn();
  await publisher.flush(1000);
  expect(server.received).toEqual(['1']);
});

test('a superseded agent never repeats what was being sent when it was superseded', async () => {
  const server = createServer();
  const publisher = createPublisher({ write: server.write, onError: () => undefined });
  const gate = server.pause();
  publisher.publish('1');
  publisher.drop();
  gate.resolve();
  await publisher.flush(1000);
  publisher.repeat();
  await publisher.flush(1000);
  expect(server.received).toEqual(['1']);
});

test.each([0, 1, 2, 3, 4, 5, 6])('a report is sent that comes %i turns after a write ended', async (turns) => {
  const received: string[] = [];
  const gate = Promise.withResolvers<void>();
  const write = (text: string) => {
    received.push(text);
    return gate.promise;
  };
  const publisher = createPublisher({ write, onError: () => undefined });
  publisher.publish('1');
  gate.resolve();
  for (let turned = 0; turned < turns; turned++) await Promise.resolve();
  publisher.publish('2');
  await turn();
  expect(received).toEqual(['1', '2']);
});
