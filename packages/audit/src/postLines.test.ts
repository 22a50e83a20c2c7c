import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { postLines } from './postLines.ts';
import { entry, eventually, openAudited } from './testing/audited.ts';
import { type Collector, cut, fail, type Manner, stall, startCollector, take } from './testing/collector.ts';

let collector: Collector;
let folder: string;
beforeEach(async () => {
  collector = await startCollector();
  folder = await mkdtemp(join(tmpdir(), 'stoker-audit-'));
});
afterEach(async () => {
  await collector.close();
  await rm(folder, { recursive: true, force: true });
});

const messages = () => collector.records.map(({ message }) => message);

test('records arrive in order, with the token as it is now', async () => {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'first-token\n');
  const { audit } = openAudited({ http: { url: collector.url, tokenFile } });
  audit.record({ ...entry, message: 'one' });
  await eventually(() => expect(messages()).toEqual(['one']));
  await writeFile(tokenFile, 'second-token');
  for (const message of ['two', 'three']) audit.record({ ...entry, message });
  await audit.close(10_000);
  expect(messages()).toEqual(['one', 'two', 'three']);
  expect(collector.requests.map(({ authorization }) => authorization)).toEqual([
    'Bearer first-token',
    'Bearer second-token',
    ...collector.requests.slice(2).map(() => 'Bearer second-token'),
  ]);
  expect(collector.requests[0]).toMatchObject({ 'content-type': 'application/x-ndjson' });
});

test.each<[string, Manner]>([
  ['answers 500', fail],
  ['does not answer', stall],
  ['hangs up', cut],
])('a collector that %s is asked again until it takes the records', async (_name, manner) => {
  const { audit, logged } = openAudited({ http: { url: collector.url, timeoutMs: 500 } });
  collector.behave(manner);
  audit.record({ ...entry, message: 'one' });
  await eventually(() => expect(collector.requests.length).toBeGreaterThan(2));
  expect(messages()).toEqual([]);
  collector.behave(take);
  await eventually(() => expect(messages()).toEqual(['one']));
  await audit.close(10_000);
  expect(audit.counts).toEqual([expect.objectContaining({ delivered: 1, queuedBytes: 0 })]);
  expect(logged().match(/audit records not delivered/g)).toHaveLength(1);
  expect(logged()).not.toContain('a secret of the collector');
});

test.each<[string, string | undefined, number | undefined]>([
  ['in seconds', '120', 120_000],
  ['that is a date long over', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['of a day, as five minutes', '86400', 300_000],
  ['that is no time, as none', 'soon', undefined],
  ['that is missing, as none', undefined, undefined],
])('the Retry-After of a collector that has enough is understood %s', async (_how, retryAfter, waitMs) => {
  collector.behave((response) => {
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(429).end();
  });
  const failure: unknown = await postLines({ url: collector.url })(['{}'], new AbortController().signal).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ message: 'the answer was 429', class: 'transient' });
  expect((failure as { readonly waitMs?: number }).waitMs).toBe(waitMs);
});

test('what finds no room while the collector is away is counted, logged once, and told at its place in the order', async () => {
  const { audit, logged, printed } = openAudited({ http: { url: collector.url }, maxQueuedBytes: 2_000 });
  collector.behave(fail);
  for (let number = 0; number < 50; number++) audit.record({ ...entry, message: `record ${number}` });
  const [counts] = audit.counts;
  const lost = counts?.lost.QueueFull ?? 0;
  expect(lost).toBeGreaterThan(30);
  expect(counts?.queuedBytes).toBeLessThanOrEqual(2_000);
  expect(printed().trim().split('\n')).toHaveLength(50);
  collector.behave(take);
  await eventually(() => expect(collector.records.at(-1)?.action).toBe('loss'));
  audit.record({ ...entry, message: 'after' });
  await audit.close(10_000);
  const delivered = Array.from({ length: 50 - lost }, (_, number) => `record ${number}`);
  expect(collector.records.map(({ message, lost: told }) => told ?? message)).toEqual([...delivered, lost, 'after']);
  expect(logged().match(/audit records lost/g)).toHaveLength(2);
});

test('one record that is never taken goes alone', async () => {
  const { audit } = openAudited({ http: { url: collector.url } });
  collector.behave((response, lines) =>
    lines.some((line) => line.includes('poison')) ? void response.writeHead(422).end() : take(response, lines),
  );
  const said = ['one', 'two', 'poison', 'three', 'four'];
  for (const message of said) audit.record({ ...entry, message });
  await eventually(() => expect(audit.counts[0]?.delivered).toBe(5));
  audit.record({ ...entry, message: 'five' });
  await audit.close(10_000);
  expect(collector.records.map(({ message, lost }) => lost ?? message)).toEqual([
    'one',
    'two',
    'three',
    'four',
    1,
    'five',
  ]);
  expect(audit.counts[0]?.lost).toEqual({ QueueFull: 0, Refused: 1, Shutdown: 0 });
});

test('a process that has to end at once says how much is lost', () => {
  const { audit, logged } = openAudited({ http: { url: collector.url } });
  collector.behave(stall);
  audit.record(entry);
  audit.record(entry);
  audit.abandon();
  expect(audit.counts[0]).toMatchObject({ lost: { Shutdown: 2 }, queuedBytes: 0 });
  expect(logged()).toMatch(/"msg":"audit records lost".*"reason":"Shutdown","count":2/);
});

test('a process that ends says how much its collector has not taken', async () => {
  const { audit, logged } = openAudited({ http: { url: collector.url } });
  collector.behave(stall);
  for (let number = 0; number < 3; number++) audit.record(entry);
  await audit.close(50);
  audit.record(entry);
  expect(audit.counts[0]?.lost.Shutdown).toBe(4);
  expect(logged()).toMatch(/"msg":"audit records lost".*"reason":"Shutdown","count":3/);
});
