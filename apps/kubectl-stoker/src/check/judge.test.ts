import { describe, expect, test } from '@jest/globals';
import { renderVerdicts } from './check.ts';
import type { Installation } from './gatherInstallation.ts';
import { judge } from './judge.ts';
import { rights } from './rights.ts';

const now = new Date('2026-05-04T10:00:00Z');
const definition = (plural: string) => ({
  metadata: { name: `${plural}.stoker.io` },
  spec: { versions: [{ name: 'v1alpha1', served: true }] },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
});
const deployment = (component: string, readyReplicas: number) => ({
  metadata: { name: `stoker-${component}`, namespace: 'stoker', labels: { 'app.kubernetes.io/component': component } },
  spec: { replicas: 2 },
  status: { readyReplicas },
});
const lease = (renewTime: string, holderIdentity = 'controller-a') => ({
  metadata: { name: 'stoker-controller', namespace: 'stoker' },
  spec: { holderIdentity, renewTime },
});
const webhook = (caBundle: string) => ({
  metadata: { name: 'stoker-injector' },
  webhooks: [{ name: 'inject.stoker.io', clientConfig: { caBundle } }],
});
const known = <T>(found: T) => ({ known: true, found }) as const;
const forbidden = { known: false, why: 'you may not' } as const;

const healthy: Installation = {
  namespace: 'water',
  version: 'v1.34.1',
  definitions: known([definition('stokers'), definition('syncprofiles')]),
  deployments: known([deployment('controller', 2), deployment('injector', 2)]),
  leases: known([lease('2026-05-04T09:59:58.000000Z')]),
  webhooks: known([webhook('Y2E=')]),
  rights: rights.map((right) => ({ right, allowed: true })),
};

test('in a healthy installation everything is fine', () => {
  const verdicts = judge(healthy, now);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(verdicts.map(() => 'ok'));
  expect(verdicts).toHaveLength(6 + rights.length);
});

describe('what is wrong is the one fault', () => {
  const cases: readonly [string, Partial<Installation>, string, string][] = [
    ['an old Kubernetes', { version: 'v1.28.4' }, 'Kubernetes', 'v1.28.4 has no native sidecars'],
    [
      'a CRD that is missing',
      { definitions: known([definition('stokers')]) },
      'CRDs',
      'syncprofiles.stoker.io/v1alpha1',
    ],
    [
      'a controller that is not ready',
      { deployments: known([deployment('controller', 1), deployment('injector', 2)]) },
      'controller',
      '1 of 2 ready: deployment stoker-controller in namespace stoker',
    ],
    ['no injector', { deployments: known([deployment('controller', 2)]) }, 'injector', 'not installed'],
    ['no lease', { leases: known([]) }, 'leader', 'no controller has ever held the lease'],
    ['a lease that was given back', { leases: known([lease('2026-05-04T09:59:58Z', '')]) }, 'leader', 'nobody holds'],
    ['a lease that was forgotten', { leases: known([lease('2026-05-04T09:00:00Z')]) }, 'leader', 'last renewed'],
    ['no webhook', { webhooks: known([]) }, 'webhook', 'no webhook puts agents into pods'],
    ['a webhook without a CA', { webhooks: known([webhook('')]) }, 'webhook', 'has no caBundle'],
  ];

  test.each(cases)('%s', (_what, change, what, message) => {
    const faults = judge({ ...healthy, ...change }, now).filter(({ outcome }) => outcome !== 'ok');
    expect(faults).toEqual([
      { what, outcome: 'failed', message: expect.stringContaining(message), hint: expect.any(String) },
    ]);
  });
});

test.each([
  ['a lease that was forgotten', { leases: known([lease('2026-05-04T09:00:00Z')]) }],
  ['no lease', { leases: known([]) }],
])('the command that shows why there is %s works from any namespace', (_what, change) => {
  const [fault] = judge({ ...healthy, ...change }, now).filter(({ outcome }) => outcome === 'failed');
  expect(fault?.hint).toContain('kubectl -n stoker logs --selector app.kubernetes.io/component=controller');
});

test('without a controller there is none whose log would say why nobody leads', () => {
  const faults = judge({ ...healthy, deployments: known([]), leases: known([]) }, now);
  expect(faults.find(({ what }) => what === 'leader')?.hint).toBe('install the chart: docs/installation.md');
});

test('what the user may not look at is unknown, and a right that the user lacks is missing: neither is a fault', () => {
  const blind = { definitions: forbidden, deployments: forbidden, leases: forbidden, webhooks: forbidden };
  const none = rights.map((right) => ({ right, allowed: false }));
  const outcomes = judge({ ...healthy, ...blind, rights: none }, now).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['ok', ...Array(5).fill('unknown'), ...rights.map(() => 'missing')]);
});

test('a right that the user may not even ask about is unknown', () => {
  const verdicts = judge({ ...healthy, rights: rights.map((right) => ({ right, allowed: undefined })) }, now);
  expect(verdicts.slice(6).map(({ outcome }) => outcome)).toEqual(rights.map(() => 'unknown'));
});

test('people read a line for each, and what to do', () => {
  const verdicts = judge({ ...healthy, version: 'v1.28.4', rights: [] }, now);
  expect(renderVerdicts(verdicts.slice(0, 2))).toBe(`failed  Kubernetes  v1.28.4 has no native sidecars
         what to do: Stoker needs 1.29 or newer
ok      CRDs        stokers and syncprofiles, v1alpha1`);
});
