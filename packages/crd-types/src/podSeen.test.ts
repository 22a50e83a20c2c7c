import { expect, test } from '@jest/globals';
import { podSeen } from './podSeen.ts';

const pod = {
  labels: { app: 'ignition', line: 'one' },
  annotations: { 'stoker.io/sync-profile': 'base,site', 'stoker.io/ref-override': 'main', note: 'not ours' },
};

test('a pod as its agent sees it has what Stoker reads of it', () => {
  expect(podSeen(pod)).toEqual({
    annotations: { 'stoker.io/sync-profile': 'base,site', 'stoker.io/ref-override': 'main' },
    labelsHash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test('is the same whatever the order, and another with another label', () => {
  const { labelsHash } = podSeen(pod);
  expect(podSeen({ labels: { line: 'one', app: 'ignition' } }).labelsHash).toBe(labelsHash);
  expect(podSeen({ labels: { ...pod.labels, line: 'two' } }).labelsHash).not.toBe(labelsHash);
  expect(podSeen({}).labelsHash).not.toBe(labelsHash);
});

test('stays small', () => {
  const { annotations } = podSeen({ annotations: { 'stoker.io/ref-override': 'x'.repeat(100_000) } });
  expect(annotations['stoker.io/ref-override']).toHaveLength(512);
});
