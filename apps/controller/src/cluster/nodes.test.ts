import { expect, test } from '@jest/globals';
import { ApiError, type KubeClient, type ReflectorOptions } from '@stoker/kube';
import { isReadyNode, type Node, openNodes } from './nodes.ts';

const client = {} as KubeClient;
const node = (...conditions: readonly { readonly type: string; readonly status: string }[]): Node => ({
  metadata: { name: 'n', uid: '1', resourceVersion: '2', labels: { zone: 'a' } },
  status: { conditions },
});

test.each([
  ['is ready', true, node({ type: 'Ready', status: 'True' })],
  ['is not ready', false, node({ type: 'DiskPressure', status: 'False' }, { type: 'Ready', status: 'False' })],
  ['has fallen silent', false, node({ type: 'Ready', status: 'Unknown' })],
  ['has said nothing yet', true, node()],
  ['is not known', true, undefined],
])('a node that %s counts as ready: %s', (_name, isReady, given) => {
  expect(isReadyNode(given)).toBe(isReady);
});

/** The nodes, and what they gave to their reflector. */
function open(known: readonly Node[]) {
  const errors: unknown[] = [];
  const given: ReflectorOptions<Node>[] = [];
  const nodes = openNodes({
    client,
    start: (options) => {
      given.push(options);
      const store = { get: ({ name }: { name: string }) => known.find(({ metadata }) => metadata.name === name) };
      return { store, stop: async () => undefined };
    },
    onDelta: () => undefined,
    onError: (error) => errors.push(error),
  });
  return { nodes, errors, options: given[0] };
}

test('of a node no more is kept than whether it is ready', () => {
  const { nodes, options } = open([node({ type: 'Ready', status: 'Unknown' })]);
  expect([nodes.isReady('n'), nodes.isReady('other')]).toEqual([false, true]);
  const whole = node({ type: 'DiskPressure', status: 'False' }, { type: 'Ready', status: 'True' });
  expect(options?.transform?.(whole)).toEqual({
    metadata: { name: 'n', uid: '1', resourceVersion: '2' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
});

test('missing rights are said once, until something else happens', () => {
  const { errors, options } = open([]);
  const forbidden = new ApiError('nodes is forbidden', { status: 403, reason: 'Forbidden' });
  const away = new Error('the API server is away');
  for (const error of [forbidden, forbidden, away, forbidden, forbidden]) options?.onError?.(error);
  expect(errors).toEqual([forbidden, away, forbidden]);
});
