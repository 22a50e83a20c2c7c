import { expect, test } from '@jest/globals';
import { createDeliveries } from './deliveries.ts';

const [commit, other] = ['c'.repeat(40), 'd'.repeat(40)];

test('a delivery is found by its commit, whenever; without one, by what comes soon', () => {
  const deliveries = createDeliveries();
  const sent = { sender: 'github', delivery: 'd-1', atMs: 0 };
  deliveries.note({ kind: 'resolve', key: 'ns/plant', commit }, sent);
  expect(deliveries.of('ns/plant', commit, 10 ** 9)).toEqual({ ...sent, commit });
  expect(deliveries.of('ns/plant', other, 1)).toBeUndefined();
  deliveries.note({ kind: 'request', key: 'ns/plant', ref: 'v2', over: 'main' }, { ...sent, delivery: 'd-2' });
  expect(deliveries.of('ns/plant', other, 1)?.delivery).toBe('d-2');
  expect(deliveries.of('ns/plant', other, 10 ** 9)).toBeUndefined();
  expect(deliveries.of('ns/other', commit, 1)).toBeUndefined();
});

test('a delivery is found, too, when the next one came before its commit was released', () => {
  const deliveries = createDeliveries();
  for (const [index, sha] of [commit, other].entries()) {
    deliveries.note(
      { kind: 'resolve', key: 'ns/plant', commit: sha },
      { sender: 'github', delivery: `d-${index}`, atMs: 0 },
    );
  }
  expect([commit, other].map((sha) => deliveries.of('ns/plant', sha, 1)?.delivery)).toEqual(['d-0', 'd-1']);
});
