import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { nextAction } from './nextAction.ts';
import { basisOf, initialState, type AgentState } from './state.ts';
import { agent, applied, document, podUID, release } from './testing/fixtures.ts';
import { afterFailure, afterOpening, withDocument } from './transitions.ts';

const now = 1_000_000;
const otherLabels = { labels: { line: 'one' }, annotations: {}, labelsHash: 'another' };
/** Released, synced, compared a second ago. */
const atRest = agent({ applied: applied(), checkedAtMs: now - 1000 });

function failed(state: AgentState, errorClass: 'transient' | 'stalled' = 'transient'): AgentState {
  const error = new StokerError('no', { reason: 'GitUnreachable', class: errorClass });
  return afterFailure(state, {
    release: release(),
    error,
    basis: basisOf(state),
    durationMs: 1,
    nowMs: now,
    random: 0.5,
  });
}

describe('nextAction', () => {
  const cases: readonly [string, AgentState, string, number?][] = [
    ['looks at the folder before anything else, document or not', initialState(podUID), 'open'],
    ['waits without a document', agent({ document: undefined }), 'wait'],
    ['waits while the ref is not resolved', { ...atRest, document: withoutRelease() }, 'wait'],
    ['does nothing for a document of another pod', agent({ document: document({ podUID: 'pod-2' }) }), 'wait'],
    ['syncs a release that is not on disk', agent({ checkedAtMs: now }), 'newRelease'],
    ['compares the folder once when it comes up', { ...atRest, checkedAtMs: undefined }, 'resync'],
    ['waits for the sync period otherwise', atRest, 'wait', now + 29_000],
    ['compares again after the sync period', { ...atRest, checkedAtMs: now - 30_000 }, 'resync'],
    ['compares at once when the clock was set back', { ...atRest, checkedAtMs: now + 3_600_000 }, 'resync'],
    ['syncs when a person asks', { ...atRest, document: document({ syncRequest: 'now' }) }, 'requested'],
    [
      'syncs once for one request',
      { ...atRest, document: document({ syncRequest: 'now' }), answeredRequest: 'now' },
      'wait',
      now + 29_000,
    ],
    ['waits for the back-off after a failure', failed(agent()), 'wait', now + 1000],
    [
      'looks for new credentials while it backs off, since they may not have been mounted yet',
      failed(failed(failed(failed(agent())))),
      'wait',
      now + 5_000,
    ],
    ['looks for new credentials while it needs a person', failed(agent(), 'stalled'), 'wait', now + 5_000],
    [
      'tries a new release at once, whatever the old one failed of',
      withDocument(failed(agent()), document({ release: release({ id: 'r2' }) })),
      'newRelease',
    ],
    [
      'looks again at once when the release is the one on disk again',
      withDocument(failed(withDocument(atRest, document({ release: release({ id: 'r2' }) }))), document()),
      'resync',
    ],
    ['tries new credentials at once', { ...failed(agent(), 'stalled'), credentialsVersion: '..2026' }, 'newRelease'],
    ['compares at once when a label has changed', { ...atRest, pod: otherLabels }, 'resync'],
    ['compares at once when the ref of the commit is another', { ...atRest, document: underAnotherRef() }, 'resync'],
    [
      'waits again once it was compared with that label',
      { ...atRest, pod: otherLabels, checkedLabels: otherLabels.labelsHash },
      'wait',
      now + 29_000,
    ],
    [
      'tries at once with another label what a template could not make before',
      { ...failed(agent(), 'stalled'), pod: otherLabels },
      'newRelease',
    ],
    ['backs off a folder that cannot be opened', failed(initialState(podUID)), 'wait', now + 1000],
    ['asks a gateway that owes a scan', { ...atRest, debt: 'scan' }, 'askGateway'],
    ['asks it again later', { ...atRest, debt: 'scan', askGatewayAtMs: now + 5000 }, 'wait', now + 5000],
    ['prefers a new release to a debt', agent({ debt: 'scan' }), 'newRelease'],
    [
      'restores after a first start once the gateway is there',
      { ...atRest, debt: 'restoreAndScan', askGatewayAtMs: now },
      'askGateway',
    ],
    [
      'backs off a restore that failed, though the gateway is there',
      failed({ ...atRest, debt: 'restoreAndScan', askGatewayAtMs: now }),
      'wait',
      now + 1000,
    ],
    [
      'plans a dry run once',
      agent({ document: dryRun(), plannedReleaseId: 'r1', checkedAtMs: now - 1000 }),
      'wait',
      now + 29_000,
    ],
    ['plans a dry run whatever is on disk', agent({ document: dryRun(), applied: applied() }), 'newRelease'],
    [
      'never asks a gateway for the sake of a dry run',
      agent({ document: dryRun(), plannedReleaseId: 'r1', checkedAtMs: now, debt: 'scan' }),
      'wait',
      now + 30_000,
    ],
  ];

  test.each(cases.map(([sentence, state, expected, untilMs]) => ({ sentence, state, expected, untilMs })))(
    '$sentence',
    ({ state, expected, untilMs }) => {
      const action = nextAction(state, now);
      expect(action.kind === 'sync' ? action.cause : action.kind).toBe(expected);
      expect(action.kind === 'wait' ? action.untilMs : undefined).toBe(untilMs);
    },
  );

  test('a failure to open the folder is over once it is open', () => {
    const state = afterOpening(
      failed(initialState(podUID)),
      { recovered: 'nothing', release: undefined, syncedAt: undefined },
      { started: false, firstBootAhead: false },
    );
    expect(nextAction(withDocument(state, document()), now)).toMatchObject({ kind: 'sync', cause: 'newRelease' });
  });
});

function withoutRelease() {
  const { release: _none, ...rest } = document();
  return rest;
}

function underAnotherRef() {
  return document({ release: release({ ref: 'v1.0.0' }) });
}

function dryRun() {
  return document({ release: release({ profile: { dryRun: true } }) });
}
