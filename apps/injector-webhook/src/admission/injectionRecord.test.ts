import { expect, test } from '@jest/globals';
import { decide } from '../inject/decide.ts';
import { defaults, gatewayPod, namespaceWith } from '../testing/pods.ts';
import { injectionRecord } from './injectionRecord.ts';
import type { AdmissionRequest } from './review.ts';

const plant = namespaceWith(['plant'], ['default']);
const request = (pod = gatewayPod()): AdmissionRequest => ({
  uid: 'u',
  namespace: 'plant',
  dryRun: false,
  user: 'system:serviceaccount:kube-system:statefulset-controller',
  pod,
});
const recordOf = (review: AdmissionRequest, facts = plant) =>
  injectionRecord(review, decide(review.pod, 'plant', facts, defaults), {
    durationMs: 1.23,
    onUnresolvable: 'deny',
  });

test('an injection says who asked for the pod, which gateway it is and whose', () => {
  expect(recordOf(request())).toEqual({
    action: 'injection',
    object: { namespace: 'plant', stoker: 'plant', gateway: 'site-gateway-0', pod: 'site-gateway-0' },
    trigger: { kind: 'admission', by: 'system:serviceaccount:kube-system:statefulset-controller' },
    outcome: 'Injected',
    reason: 'Injected',
    message: undefined,
    durationMs: 1.2,
  });
});

test('a refusal says why; a pod that has no name yet has the beginning of one', () => {
  const pod = gatewayPod();
  const unnamed = request({
    ...pod,
    metadata: { ...pod.metadata, name: '', generateName: 'site-' } as object as never,
  });
  expect(recordOf(unnamed, namespaceWith([], []))).toMatchObject({
    object: { namespace: 'plant', stoker: undefined, gateway: undefined, pod: 'site-*' },
    outcome: 'Refused',
    reason: 'StokerNotFound',
    message: expect.stringContaining('has no Stoker'),
  });
});

test('a pod that starts without its agent, as the installation says, is skipped and not refused', () => {
  const verdict = decide(gatewayPod(), 'plant', namespaceWith([], []), defaults);
  expect(injectionRecord(request(), verdict, { durationMs: 1, onUnresolvable: 'admit' })).toMatchObject({
    outcome: 'Skipped',
    reason: 'StokerNotFound',
    message: expect.stringContaining('has no Stoker'),
  });
});

test('a pod that nothing is done to is skipped', () => {
  const pod = gatewayPod({ 'stoker.io/inject': 'false' });
  expect(recordOf(request(pod))).toMatchObject({ outcome: 'Skipped', reason: 'NotRequested' });
});

test('a pod that has its agent is skipped, whatever its annotations have come to say', () => {
  const pod = gatewayPod({ 'stoker.io/gateway-name': 'No Name' });
  const labels = { 'stoker.io/cr': 'plant' };
  const initContainers = [{ name: 'stoker-agent' }];
  const injected = { ...pod, metadata: { ...pod.metadata, labels }, spec: { ...pod.spec, initContainers } };
  expect(recordOf(request(injected))).toMatchObject({
    object: { stoker: 'plant', gateway: undefined },
    outcome: 'Skipped',
    reason: 'AlreadyInjected',
  });
});
