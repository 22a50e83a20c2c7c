import { expect, test } from '@jest/globals';
import { parseStatusDocument } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { describeStatus } from './statusDocument.ts';
import { basisOf, type AgentState } from './state.ts';
import { agent, commit, podUID, release } from './testing/fixtures.ts';
import { afterFailure, withEarlier } from './transitions.ts';

const identity = { podUID, podName: 'plant-0', agentVersion: '1.2.3' };

/** Each of another release, so none is a repetition. */
function failTimes(state: AgentState, count: number): AgentState {
  return Array.from({ length: count }).reduce<AgentState>((before, _none, index) => {
    const error = new StokerError('no route', { reason: `Reason${index}`, class: 'transient' });
    const moment = { basis: basisOf(before), durationMs: 3, nowMs: index, random: 0.5 };
    return afterFailure(before, { release: release(), error, ...moment });
  }, state);
}

const reported = (state: AgentState) => parseStatusDocument(JSON.stringify(describeStatus(state, identity)));

test('the status has the last fifty syncs, and stays small', () => {
  const { history } = reported(failTimes(agent(), 60));
  expect([history.length, history[0]?.reason, history.at(-1)?.reason]).toEqual([50, 'Reason59', 'Reason10']);
  expect(JSON.stringify(history).length).toBeLessThan(16 * 1024);
});

test('a new process puts its syncs before those that were reported, whichever pod did, and takes over nothing else', () => {
  const earlier = reported(failTimes(agent(), 50));
  const { history, ...rest } = withEarlier(failTimes(agent(), 3), { ...earlier, podUID: 'pod-0', phase: 'Failed' });
  expect(history.map(({ reason }) => reason).slice(0, 5)).toEqual([
    'Reason2',
    'Reason1',
    'Reason0',
    'Reason49',
    'Reason48',
  ]);
  expect([history.length, history[0]?.commit]).toEqual([50, commit]);
  const { history: _own, ...before } = failTimes(agent(), 3);
  expect(rest).toEqual(before);
});

test('without an earlier report it begins with its own', () => {
  const state = failTimes(agent(), 1);
  expect(withEarlier(state, undefined)).toBe(state);
});
