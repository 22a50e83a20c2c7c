import { beforeAll, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import type { KeyPair } from '../admission/server.ts';
import { untilTrustedMs } from './selfManaged.ts';

const dayMs = 24 * 60 * 60 * 1000;
const settleMs = 10_000;
const madeAt = Date.parse('2026-01-01T00:00:00Z');
const day = { now: madeAt + dayMs, settleMs };
const moment = { now: madeAt + 2_000, settleMs };

let pair: KeyPair;
let own: string;
let other: string;

/** As the injector makes them: valid from a day before. */
async function makePair(): Promise<KeyPair> {
  const validity = { notBeforeDate: new Date(madeAt - dayMs), notAfterDate: new Date(madeAt + 365 * dayMs) };
  const options = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', ...validity } as const;
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'injector' }], options);
  return { cert, key };
}

beforeAll(async () => {
  pair = await makePair();
  own = pair.cert.trim();
  other = (await makePair()).cert.trim();
});

test('a pair that has been trusted for long is served at once', () => {
  expect(untilTrustedMs(pair, [own, other], day)).toBe(0);
});

test('one that was made a moment ago waits for what is left', () => {
  expect(untilTrustedMs(pair, [own, other], moment)).toBe(settleMs - 2_000);
});

test('one that is trusted again only now waits, however old it is', () => {
  expect(untilTrustedMs(pair, [other], day)).toBe(settleMs);
});

test('nobody waits where no other certificate serves', () => {
  expect([[], [own], ['no certificate']].map((before) => untilTrustedMs(pair, before, moment))).toEqual([0, 0, 0]);
});
