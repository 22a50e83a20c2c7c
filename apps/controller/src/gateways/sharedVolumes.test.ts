import { expect, test } from '@jest/globals';
import { makePod } from '../testing/draft.ts';
import { dataVolumeOf } from './dataVolume.ts';
import { findSharedVolumes } from './sharedVolumes.ts';

const on = (name: string, changes: object = {}) => makePod(name, { dataVolume: 'data', ...changes });

test('two gateways on one volume are found, each with its Stoker', () => {
  const pods = [on('b-0'), on('a-0', { crName: 'other' }), makePod('c-0', { dataVolume: 'data/c' }), makePod('d-0')];
  expect(Object.fromEntries(findSharedVolumes(pods))).toEqual({ data: ['a-0 of other', 'b-0 of plant'] });
});

test.each([
  ['two pods of one gateway', [on('a-0'), on('twin', { annotations: { 'stoker.io/gateway-name': 'a-0' } })]],
  ['a pod that is being deleted', [on('a-0'), on('b-0', { isTerminating: true })]],
  ['a pod that has ended', [on('a-0'), on('b-0', { isFinished: true })]],
  ['a pod without the agent', [on('a-0'), on('b-0', { sidecar: { kind: 'absent' } })]],
])('%s shares no volume with another gateway', (_what, pods) => {
  expect(findSharedVolumes(pods).size).toBe(0);
});

const mount = { name: 'data', mountPath: '/data' };
const podOf = (change: object, volume: object = { persistentVolumeClaim: { claimName: 'plant' } }) => ({
  initContainers: [
    { name: 'preconfigure', volumeMounts: [{ name: 'other', mountPath: '/data' }] },
    {
      name: 'stoker-agent',
      env: [{ name: 'STOKER_CONTAINER_DATA_DIR', value: '/data' }],
      volumeMounts: [
        { name: 'data', mountPath: '/data/inside', subPath: 'inside' },
        { ...mount, ...change },
      ],
    },
  ],
  volumes: [{ name: 'data', ...volume }],
});

test.each([
  ['a claim', podOf({}), 'plant'],
  ['a path in a claim', podOf({ subPath: 'north' }), 'plant/north'],
  ['a path that only the kubelet knows', podOf({ subPathExpr: '$(POD_NAME)' }), undefined],
  ['a volume of the pod alone', podOf({}, { emptyDir: {} }), undefined],
  ['no agent', { initContainers: [] }, undefined],
])('what its agent writes is known of %s', (_what, spec, expected) => {
  expect(dataVolumeOf(spec)).toBe(expected);
});
