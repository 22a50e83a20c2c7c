import type { DiscoveredGateway } from '@stoker/crd-types';
import { expect, test } from '@jest/globals';
import { gatewaysByState } from './gatewaysByState.ts';

const gateway = (phase: DiscoveredGateway['phase'], held?: DiscoveredGateway['held']): DiscoveredGateway => ({
  name: 'north',
  pod: 'north-0',
  profiles: ['area'],
  phase,
  ...(held && { held }),
});
const held = { gate: 'paused', reason: 'Paused', message: 'paused', since: '2026-11-23T12:00:00Z' };

test('gateways are counted by phase, and those that are held apart', () => {
  const discoveredGateways = [gateway('Synced'), gateway('Synced', held), gateway('Failed'), gateway('Synced')];
  const counts = gatewaysByState({ discoveredGateways, gatewayCount: 4, syncedGateways: 3 });
  expect(Object.fromEntries(counts)).toEqual({ Synced: 2, Held: 1, Failed: 1 });
});

test('gateways that a long status leaves out are counted too', () => {
  const discoveredGateways = Array.from({ length: 400 }, () => gateway('Failed'));
  const counts = gatewaysByState({ discoveredGateways, gatewayCount: 1000, syncedGateways: 500 });
  expect(Object.fromEntries(counts)).toEqual({ Failed: 400, Synced: 500, Unlisted: 100 });
});

test('gateways that a long status lists although they are synced are counted once', () => {
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'Synced', message: '', lastTransitionTime: '' },
  ] as const;
  const elsewhere = Array.from({ length: 50 }, () => ({ ...gateway('Synced'), conditions }));
  const heldBack = Array.from({ length: 250 }, () => ({ ...gateway('Synced', held), conditions }));
  const discoveredGateways = [...elsewhere, ...heldBack];
  const counts = gatewaysByState({ discoveredGateways, gatewayCount: 600, syncedGateways: 400 });
  expect(Object.fromEntries(counts)).toEqual({ Synced: 50 + 100, Held: 250, Unlisted: 200 });
});

test('a Stoker that nobody has looked at yet has none', () => {
  expect(gatewaysByState(undefined).size).toBe(0);
});
