import { expect, test } from '@jest/globals';
import { ownershipLabel, refusalOf } from './ownership.ts';

const foreign = { name: 'plant', labels: { team: 'bottling' } };
const ours = { name: 'stoker-demo', labels: { [ownershipLabel]: 'true' } };

test('what exists on the cluster of a kubeconfig and was not made here is refused, with what would work', () => {
  expect(refusalOf('external', foreign)).toMatch(/namespace plant exists .* kubectl label namespace plant /);
});

test('a label of that name with another value is nobody’s consent', () => {
  expect(refusalOf('external', { name: 'plant', labels: { [ownershipLabel]: 'false' } })).toContain('left alone');
});

test.each([
  ['what was made here', 'external', ours],
  ['what does not exist yet', 'external', undefined],
  ['anything in a local cluster', 'local', foreign],
  ['anything in a kind cluster', 'kind', foreign],
] as const)('%s may be used', (_, kind, found) => {
  expect(refusalOf(kind, found)).toBeUndefined();
});
