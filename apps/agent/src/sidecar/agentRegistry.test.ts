import { expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { agentRegistry } from './agentRegistry.ts';
import { emptyTally } from './metrics.ts';
import { basisOf, type AgentState } from './state.ts';
import { agent, applied, commit } from './testing/fixtures.ts';

const refused = { releaseId: 'r1', commit, request: undefined, message: 'in quarantine', sinceMs: 1 };

function failed(reason: string, errorClass: 'waiting' | 'stalled'): Partial<AgentState> {
  const facts = { message: 'm', hint: undefined, sinceMs: 1, attempt: 1, nextAttemptMs: 2, basis: basisOf(agent()) };
  return { failure: { ...facts, reason, class: new StokerError('m', { reason, class: errorClass }).class } };
}

test.each([
  ['0 for a gateway in step with git', {}, 0],
  ['1 after a failed sync', failed('GitUnreachable', 'stalled'), 1],
  ['1 also while that is tried again', { ...failed('GitUnreachable', 'stalled'), activity: 'Fetching' }, 1],
  ['0 while a release merely waits for a Designer', failed('DesignerSessionOpen', 'waiting'), 0],
  ['1 once it has waited long enough', failed('DesignerSessionOpen', 'stalled'), 1],
  ['1 for a new process that finds its release refused', { refused, applied: applied('r0') }, 1],
  ['1 while the gateway does not scan', { scanFailure: { sinceMs: 1, attempt: 1 } }, 1],
] as const)('stoker_agent_failing is %s', async (_sentence, over, expected) => {
  const state = agent({ applied: applied(), ...over });
  expect(await agentRegistry(state, emptyTally()).metrics()).toMatch(
    new RegExp(`^stoker_agent_failing ${expected}$`, 'm'),
  );
});
