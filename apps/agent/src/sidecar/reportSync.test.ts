import { beforeEach, expect, test } from '@jest/globals';
import type { ChangesDocument, StatusDocument } from '@stoker/crd-types';
import { reportStatus, reportSync } from './reportSync.ts';
import type { AgentState } from './state.ts';
import { agent, applied, document, podUID, release } from './testing/fixtures.ts';

const identity = { podUID, podName: 'plant-0', agentVersion: '1.2.3' };
const summary = { changes: [{ path: 'a', kind: 'added' as const, after: 'x' }], omitted: 0 };
const superseded = agent({ document: document({ podUID: 'pod-2' }) });

let said: (StatusDocument | ChangesDocument | undefined)[] = [];
const reports = {
  status: (status: StatusDocument | undefined) => void said.push(status),
  changes: (changes: ChangesDocument) => void said.push(changes),
};
const reportFrom = (state: AgentState) => reportSync(reports, state, release(), summary);

beforeEach(() => {
  said = [];
});

test('what a sync has changed is told', () => {
  reportFrom(agent());
  expect(said).toMatchObject([{ podUID, releaseId: 'r1', changes: summary.changes }]);
});

test.each([
  ['another pod has the gateway by then', superseded],
  ['its document has gone', agent({ document: undefined })],
])('a sync that ends when %s tells nothing', (_when, state) => {
  reportFrom(state);
  expect(said).toEqual([]);
});

test('a superseded agent drops what waits to be sent, also before it knows what was reported before it', () => {
  reportStatus(reports, agent({ applied: applied() }), { identity, knowsEarlier: false });
  expect(said).toEqual([]);
  reportStatus(reports, superseded, { identity, knowsEarlier: false });
  expect(said).toEqual([undefined]);
  reportStatus(reports, agent({ applied: applied() }), { identity, knowsEarlier: true });
  expect(said).toMatchObject([undefined, { phase: 'Synced', releaseId: 'r1' }]);
});
