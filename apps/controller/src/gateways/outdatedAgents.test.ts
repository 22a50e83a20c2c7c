import { expect, test } from '@jest/globals';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { makeGateway, makePod, makeStatus } from '../testing/draft.ts';
import { nextToUpgrade, outdatedGateways } from './outdatedAgents.ts';
import type { PodFacts } from './podFacts.ts';

function gateway(name: string, pod: Partial<PodFacts>, changes: Partial<GatewayDraft> = {}): GatewayDraft {
  const draft = makeGateway(name, changes);
  return { ...draft, gateway: { ...draft.gateway, pod: makePod(name, pod) } };
}

const old = { sidecarImage: 'agent:1' };
const made = { sidecarImage: 'agent:2' };
const upgraded = { ...made, agentUpgrade: { image: 'agent:2', hasStarted: true } };
const restarting = { ...made, agentUpgrade: { image: 'agent:2', hasStarted: false } };
const rewritten = { ...old, agentUpgrade: { image: 'agent:2', hasStarted: true } };
const takenBack = { ...old, agentUpgrade: { image: 'agent:0', hasStarted: false } };
const onDeadNode = {
  ...old,
  isTerminating: true,
  sidecar: { kind: 'notRunning', why: 'node x is not ready' },
} as const;
const pulling = { ...made, sidecar: { kind: 'notRunning', why: 'ImagePullBackOff' } } as const;

test.each<[string, readonly GatewayDraft[], string | undefined]>([
  ['the first of those with another image', [gateway('a', upgraded), gateway('b', old), gateway('c', old)], 'b'],
  ['nobody when all have it', [gateway('a', upgraded)], undefined],
  [
    'nobody while the old container of the last one still runs',
    [gateway('a', restarting), gateway('b', old)],
    undefined,
  ],
  ['nobody while the image of a new pod does not run', [gateway('a', pulling), gateway('b', old)], undefined],
  [
    'nobody while the agent of the last one has not reported',
    [gateway('a', upgraded, { status: undefined }), gateway('b', old)],
    undefined,
  ],
  [
    'somebody else while one is in the middle of a sync',
    [gateway('a', old, { status: makeStatus({ phase: 'Syncing' }) }), gateway('b', old)],
    'b',
  ],
  ['the next one where somebody else changes the image back', [gateway('a', rewritten), gateway('b', old)], 'b'],
  ['the one with an image of before, which may not run', [gateway('a', takenBack), gateway('b', upgraded)], 'a'],
  ['nobody whose pod ends anyway', [gateway('a', { ...old, isTerminating: true })], undefined],
  [
    'somebody else while a pod that ends anyway hangs on a dead node',
    [gateway('a', onDeadNode), gateway('b', old)],
    'b',
  ],
  ['also one whose agent does not run', [gateway('a', { ...old, sidecar: { kind: 'notRunning', why: 'x' } })], 'a'],
])('in place is upgraded %s', (_who, gateways, expected) => {
  expect(nextToUpgrade({ agentImage: 'agent:2', gateways })?.gateway.name).toBe(expected);
});

test('while nobody has told which image pods would get, none is outdated', () => {
  expect(outdatedGateways({ agentImage: undefined, gateways: [gateway('a', old)] })).toEqual([]);
});
