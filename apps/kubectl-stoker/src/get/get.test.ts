import { expect, test } from '@jest/globals';
import { condition, gateway, newCommit, oldCommit, since, stoker } from '../testing/facts.ts';
import { chooseStoker } from './chooseStoker.ts';
import { renderTree } from './renderTree.ts';
import { summariseStoker } from './summariseStoker.ts';

const held = { gate: 'paused', reason: 'Paused', message: 'spec.paused is true', since };
const error = { reason: 'StorageFull', message: 'the disk is full', since };
const ready = condition('Ready', 'True', 'Synced', 'runs its release');
const overridden = condition('RefSkew', 'True', 'RefOverridden', 'its pod asks for v1');

const site = stoker(
  [
    gateway(),
    gateway({ name: 'south', commit: oldCommit, held }),
    gateway({ name: 'west', commit: oldCommit, phase: 'Failed', error }),
    gateway({ name: 'east', ref: 'v1', commit: oldCommit, conditions: [overridden] }),
  ],
  { paused: true, status: { conditions: [condition('Ready', 'False', 'Paused', 'south is held')] } },
);

test('people read a tree', () => {
  const listed = gateway({ conditions: [ready] });
  const other = stoker([listed], { name: 'pumps', status: { gatewayCount: 201, syncedGateways: 201 } });
  expect(renderTree([site, other].map(summariseStoker), { withNamespace: false })).toBe(
    `plant  main bbbbbbbb  1/4 synced  paused  not ready: Paused: south is held
├─ north  Synced      bbbbbbbb
├─ south  Held        aaaaaaaa  Paused: spec.paused is true
├─ west   Failed      aaaaaaaa  StorageFull: the disk is full
└─ east   Overridden  aaaaaaaa  v1  RefOverridden: its pod asks for v1

pumps  main bbbbbbbb  201/201 synced  ready
├─ north  Synced  bbbbbbbb
└─ 200 more that are synced`,
  );
});

test('a Stoker that has no room to list all that are not synced says how many more there are', () => {
  const status = { gatewayCount: 501, syncedGateways: 121 };
  const east = gateway({ name: 'east', ref: 'v1', commit: oldCommit, conditions: [overridden, ready] });
  const pumps = stoker([gateway({ phase: 'Syncing' }), east], { name: 'pumps', status });
  expect(renderTree([summariseStoker(pumps)], { withNamespace: false })).toBe(
    `pumps  main bbbbbbbb  121/501 synced  ready
├─ north  Syncing     bbbbbbbb
├─ east   Overridden  aaaaaaaa  v1  RefOverridden: its pod asks for v1
├─ 379 more that are not synced
└─ 120 more that are synced`,
  );
});

test('programs read the same', () => {
  expect(summariseStoker(site)).toMatchObject({
    namespace: 'water',
    name: 'plant',
    paused: true,
    ref: 'main',
    commit: newCommit,
    gatewayCount: 4,
    syncedGateways: 1,
    ready: { status: 'False', reason: 'Paused', message: 'south is held' },
    gateways: [
      { name: 'north', pod: 'north-0', state: 'Synced', ref: 'main', commit: newCommit },
      { name: 'south', state: 'Held', reason: 'Paused' },
      { name: 'west', state: 'Failed', reason: 'StorageFull' },
      { name: 'east', state: 'Overridden', ref: 'v1' },
    ],
  });
});

test('a Stoker that no controller has seen has neither commit nor gateways', () => {
  const { status: _, ...fresh } = site;
  expect(renderTree([summariseStoker(fresh)], { withNamespace: true })).toBe(
    'water/plant  main -  0/0 synced  paused  not ready: NotSeen: no controller has looked at it yet',
  );
});

test('the only Stoker needs no name', () => {
  expect(chooseStoker([site], undefined, 'water')).toBe(site);
});

test.each([
  ['one that is not there', ['plant'], 'plnat', 'NotFound', 'no Stoker "plnat"', 'did you mean "plant"?'],
  ['one like no other', ['plant'], 'telephone', 'NotFound', 'no Stoker "telephone"', 'there are plant'],
  ['none where none is', [], undefined, 'NotFound', 'no Stoker', 'another namespace'],
  ['none where two are', ['plant', 'pumps'], undefined, 'Usage', 'several Stokers', 'name one of plant, pumps'],
] as const)('naming %s is answered with what there is', (_what, names, typed, reason, message, hint) => {
  const found = names.map((name) => stoker([], { name }));
  expect(() => chooseStoker(found, typed, 'water')).toThrow(
    expect.objectContaining({
      reason,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
