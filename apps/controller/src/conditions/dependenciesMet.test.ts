import { expect, test } from '@jest/globals';
import type { Dependent } from '../reconcile/draft.ts';
import { dependenciesMet } from './dependenciesMet.ts';

const unmet = { reason: 'DependencyNotSynced', message: 'the gateways of SyncProfile site have not all completed it' };
const waits = (gatewayName: string): Dependent => ({ gatewayName, unmet });
const goesOn = (gatewayName: string): Dependent => ({ gatewayName, unmet: undefined });

test.each<[string, readonly Dependent[], object]>([
  ['is met while nobody waits', [goesOn('area-0')], { status: 'True', message: 'nothing keeps area-0 waiting' }],
  [
    'is not met while one waits, whatever else holds it',
    [goesOn('area-0'), waits('area-1'), waits('area-2')],
    { status: 'False', reason: unmet.reason, message: `area-1, area-2: ${unmet.message}` },
  ],
])('%s', (_name, dependents, expected) => {
  expect(dependenciesMet({ dependents })).toMatchObject(expected);
});

test('nothing is said while no gateway depends on any', () => {
  expect(dependenciesMet({ dependents: [] })).toBeUndefined();
});
