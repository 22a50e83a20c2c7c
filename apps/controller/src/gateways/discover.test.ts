import { describe, expect, test } from '@jest/globals';
import { discover } from './discover.ts';
import { findMissingSidecars } from './missingSidecars.ts';
import type { Pod, PodFacts } from './podFacts.ts';

function pod(name: string, changes: Partial<PodFacts> = {}): PodFacts {
  return {
    name,
    uid: `uid-${name}`,
    crName: 'plant',
    annotations: {},
    seen: { annotations: {}, labelsHash: '' },
    serviceAccountName: 'default',
    createdAt: '2026-01-01T00:00:00Z',
    isTerminating: false,
    isFinished: false,
    sidecar: { kind: 'running' },
    sidecarImage: 'agent:1',
    agentUpgrade: undefined,
    dataVolume: undefined,
    ...changes,
  };
}

const named = (gateway: string) => ({ 'stoker.io/gateway-name': gateway });

describe('discovery', () => {
  test('a gateway is called like its pod unless the annotation says otherwise', () => {
    const { gateways } = discover(
      [pod('site-0'), pod('area-3', { annotations: named('line-{{.PodOrdinal}}') })],
      ['base'],
    );
    expect(gateways.map(({ name }) => name)).toEqual(['line-3', 'site-0']);
  });

  test('two pods that mean to stay under one name are a conflict, and the older one keeps the document', () => {
    const [gateway] = discover(
      [
        pod('b', { annotations: named('area'), createdAt: '2026-01-02T00:00:00Z' }),
        pod('a', { annotations: named('area') }),
      ],
      [],
    ).gateways;
    expect(gateway).toMatchObject({ name: 'area', conflictingPods: ['a', 'b'], pod: { name: 'a' } });
  });

  test('the pod that a rolling StatefulSet takes away gives way to its successor', () => {
    const [gateway, ...others] = discover(
      [
        pod('area-0', { uid: 'old', isTerminating: true }),
        pod('area-0', { uid: 'new', createdAt: '2026-01-02T00:00:00Z' }),
      ],
      [],
    ).gateways;
    expect(others).toEqual([]);
    expect(gateway).toMatchObject({ pod: { uid: 'new' }, conflictingPods: [] });
  });

  test('a pod that is going is its gateway until another one comes', () => {
    expect(discover([pod('area-0', { isTerminating: true })], []).gateways).toHaveLength(1);
  });

  test('a finished pod and one without the agent are no gateways', () => {
    expect(discover([pod('a', { isFinished: true }), pod('b', { sidecar: { kind: 'absent' } })], []).gateways).toEqual(
      [],
    );
  });

  test('a pod with an unusable name is told, and the others go on', () => {
    const { gateways, unusable } = discover([pod('a'), pod('b', { annotations: named('Not A Label') })], []);
    expect(gateways.map(({ name }) => name)).toEqual(['a']);
    expect(unusable).toMatchObject([{ podName: 'b', message: expect.stringContaining('Not A Label') }]);
  });

  test.each([
    ['what the annotation says, in order', { 'stoker.io/sync-profile': 'base, site' }, ['x'], ['base', 'site']],
    ['the only one of the namespace', {}, ['x'], ['x']],
    ['the default among several', {}, ['x', 'y'], ['default']],
    ['the default among none', {}, [], ['default']],
  ])('its profiles are %s', (_name, annotations, inNamespace, expected) => {
    expect(discover([pod('a', { annotations })], inNamespace).gateways[0]?.profileNames).toEqual(expected);
  });
});

describe('pods that run without the agent they asked for', () => {
  const asking = (name: string, annotations: Record<string, string> = {}): Pod => ({
    metadata: { name, annotations: { 'stoker.io/inject': 'true', ...annotations } },
  });

  test('are those that name the CR, and those that name none where it is the only one', () => {
    const otherPods = [
      asking('anonymous'),
      asking('ours', { 'stoker.io/cr-name': 'plant' }),
      asking('theirs', { 'stoker.io/cr-name': 'mill' }),
    ];
    const options = { crName: 'plant', agentPods: [], otherPods };
    expect(findMissingSidecars({ ...options, isOnlyStoker: true })).toEqual(['anonymous', 'ours']);
    expect(findMissingSidecars({ ...options, isOnlyStoker: false })).toEqual(['ours']);
  });

  test.each([
    ['True', ['site-0 (its annotation stoker.io/inject is "True": write "true" into the pod template)']],
    ['yes', ['site-0 (its annotation stoker.io/inject is "yes": write "true" into the pod template)']],
    ['1', ['site-0 (its annotation stoker.io/inject is "1": write "true" into the pod template)']],
    ['true', ['site-0']],
    ['false', []],
    ['No', []],
    ['', []],
  ])('say of a request that is spelt %j what was found and what would work', (inject, expected) => {
    const otherPods: Pod[] = [{ metadata: { name: 'site-0', annotations: { 'stoker.io/inject': inject } } }];
    const found = findMissingSidecars({ crName: 'plant', isOnlyStoker: true, agentPods: [], otherPods });
    expect(found).toEqual(expected);
  });

  test('include labelled ones without the container, and no pod that asked for nothing', () => {
    const agentPods = [pod('bare', { sidecar: { kind: 'absent' } }), pod('whole')];
    const otherPods: Pod[] = [{ metadata: { name: 'nginx' } }];
    expect(findMissingSidecars({ crName: 'plant', isOnlyStoker: true, agentPods, otherPods })).toEqual(['bare']);
  });
});
