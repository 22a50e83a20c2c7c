import { describe, expect, test } from '@jest/globals';
import { reasons } from '@stoker/crd-types';
import type { GatewayFacts } from '../gateway/gatherGateway.ts';
import { condition, facts, gateway, newCommit, oldCommit, report, since } from '../testing/facts.ts';
import { explain } from './explain.ts';
import { hints } from './hints.ts';
import { renderExplanation } from './renderExplanation.ts';

const behind = { commit: oldCommit };
const paused = { gate: 'paused', reason: 'Paused', message: 'spec.paused of Stoker plant is true', since };
const noRef = { reason: 'RefNotFound', message: 'no branch or tag "mian"' };
const full = { reason: 'StorageFull', message: 'the disk is full', since, attempt: 3 };
const waiting = { reason: 'DesignerSessionOpen', message: 'anna has plant open', since };

const cases: readonly { what: string; given: GatewayFacts; where: string; reason: string; message: string }[] = [
  {
    what: 'a ref that git does not have',
    given: facts({
      entry: gateway(behind),
      stokerStatus: { conditions: [condition('RefResolved', 'False', noRef.reason, noRef.message)] },
    }),
    where: 'git',
    ...noRef,
  },
  {
    what: 'a pod that asks for another ref',
    given: facts({
      entry: gateway({ ...behind, conditions: [condition('RefSkew', 'True', 'RefOverridden', 'its pod asks for v1')] }),
    }),
    where: 'pod',
    reason: 'RefOverridden',
    message: 'its pod asks for v1',
  },
  {
    what: 'a pod that has just been annotated with another ref',
    given: facts({ entry: gateway(behind), pod: { refOverride: 'v1', agentDown: undefined } }),
    where: 'pod',
    reason: 'RefOverridden',
    message: 'its pod asks for v1',
  },
  {
    what: 'a gate',
    given: facts({ entry: gateway({ ...behind, held: paused }) }),
    where: 'gate paused',
    reason: 'Paused',
    message: paused.message,
  },
  {
    what: 'an agent whose container does not run',
    given: facts({
      entry: gateway({ ...behind, conditions: [condition('AgentReady', 'False', 'AgentNotReady', 'is not there')] }),
      pod: { refOverride: undefined, agentDown: 'ImagePullBackOff: no such image' },
    }),
    where: 'pod',
    reason: 'AgentNotReady',
    message: 'the agent does not run: ImagePullBackOff: no such image',
  },
  {
    what: 'an agent that has not reported',
    given: facts({
      entry: gateway({
        ...behind,
        conditions: [condition('AgentReady', 'False', 'AgentNotReady', 'has not reported')],
      }),
    }),
    where: 'agent',
    reason: 'AgentNotReady',
    message: 'the agent has not reported',
  },
  {
    what: 'a sync that fails, in the words of the controller',
    given: facts({ entry: gateway({ ...behind, phase: 'Failed', error: full }) }),
    where: 'controller',
    reason: 'StorageFull',
    message: 'the disk is full',
  },
  {
    what: 'a sync that fails, in the words of the agent',
    given: facts({
      entry: gateway({ ...behind, phase: 'Failed', error: full }),
      status: report({ ...behind, phase: 'Failed', error: { ...full, nextAttempt: '2026-05-04T10:05:00Z' } }),
    }),
    where: 'agent',
    reason: 'StorageFull',
    message: 'the disk is full (tried 3 times, again at 2026-05-04T10:05:00Z)',
  },
  {
    what: 'an open Designer',
    given: facts({
      entry: gateway({ ...behind, held: { gate: 'designerSessions', ...waiting } }),
      status: report({ ...behind, phase: 'Waiting', waiting }),
    }),
    where: 'agent',
    reason: 'DesignerSessionOpen',
    message: 'anna has plant open',
  },
  {
    what: 'a dry run',
    given: facts({ entry: gateway({ ...behind, phase: 'DryRun' }) }),
    where: 'profile',
    reason: 'DryRun',
    message: 'its profile is planned and reported, never applied',
  },
  {
    what: 'nothing but time',
    given: facts({ entry: gateway({ ...behind, phase: 'Syncing' }) }),
    where: 'agent',
    reason: 'Behind',
    message: 'on its way: Syncing',
  },
];

describe('what keeps a gateway from its commit', () => {
  test.each(cases)('$what is the one thing that is told, with what to do', ({ given, where, reason, message }) => {
    const { isSynced, findings } = explain(given);
    expect(isSynced).toBe(false);
    expect(findings).toEqual([expect.objectContaining({ where, reason, message, hint: hints[reason] })]);
  });

  test('several things are told in the order in which a commit meets them', () => {
    const given = facts({
      entry: gateway({ ...behind, phase: 'Failed', held: paused, error: full }),
      stokerStatus: { commit: newCommit, conditions: [condition('RefResolved', 'False', noRef.reason, noRef.message)] },
    });
    expect(explain(given).findings.map(({ reason }) => reason)).toEqual(['RefNotFound', 'Paused', 'StorageFull']);
  });

  test('gates that hold once the first has let go are told after it', () => {
    const others = [{ gate: 'limits', reason: 'LimitReached', message: 'waits for its turn' }];
    const { findings } = explain(facts({ entry: gateway({ ...behind, held: { ...paused, others } }) }));
    expect(findings.map(({ where, message }) => [where, message])).toEqual([
      ['gate paused', paused.message],
      ['gate limits', 'after that: waits for its turn'],
    ]);
  });

  test('what keeps the controller from a release is told before what its agent met with the one before', () => {
    const missing = { reason: 'ProfileNotFound', message: 'there is no SyncProfile "area"', since };
    const given = facts({
      entry: gateway({ ...behind, phase: 'Failed', error: missing }),
      status: report({ ...behind, phase: 'Failed', error: full }),
    });
    expect(explain(given).findings).toEqual([
      { where: 'controller', ...missing, hint: hints['ProfileNotFound'] },
      expect.objectContaining({ where: 'agent', reason: 'StorageFull' }),
    ]);
  });

  test('what the controller says is not put into the mouth of an agent that has no error', () => {
    const entry = gateway({ ...behind, phase: 'Failed', error: { ...full, reason: 'InvalidAnnotation' } });
    const { findings } = explain(facts({ entry, status: report(behind) }));
    expect(findings.map(({ where, reason }) => [where, reason])).toEqual([['controller', 'InvalidAnnotation']]);
  });

  test('a gate whose reason is also the error of the gateway is told once', () => {
    const conflict = { reason: 'GatewayNameConflict', message: 'the pods north-0 and north-1 share the name', since };
    const entry = gateway({ ...behind, phase: 'Failed', held: { gate: 'nameConflict', ...conflict }, error: conflict });
    const { findings } = explain(facts({ entry, status: report(behind) }));
    expect(findings.map(({ where, reason }) => [where, reason])).toEqual([
      ['gate nameConflict', 'GatewayNameConflict'],
    ]);
  });

  test('a hint of the agent itself goes before that of the table', () => {
    const error = { ...full, hint: 'free 3 GiB' };
    const given = facts({ entry: gateway(behind), status: report({ ...behind, phase: 'Failed', error }) });
    expect(explain(given).findings).toEqual([expect.objectContaining({ hint: 'free 3 GiB' })]);
  });
});

describe('a gateway on its commit', () => {
  test('has nothing to explain', () => {
    expect(explain(facts())).toMatchObject({ isSynced: true, findings: [] });
  });

  test('may have files that were changed in it, and problems', () => {
    const status = report({
      drifted: { count: 2, paths: ['projects/a.json'] },
      verification: { releaseId: 'r', outcome: 'Failed', message: 'project plant is broken', problems: [], at: since },
    });
    const { isSynced, findings } = explain(facts({ status }));
    expect(isSynced).toBe(true);
    expect(findings.map(({ reason }) => reason)).toEqual(['FilesChangedInGateway', 'VerificationFailed']);
  });
});

test('people read what is wanted, what runs, why, and what to do', () => {
  const given = facts({ entry: gateway({ ...behind, held: paused }), hidden: ['Pod north-0'] });
  expect(renderExplanation(explain(given))).toBe(`gateway north of Stoker plant in namespace water
  wanted  main bbbbbbbb
  runs    main aaaaaaaa, synced at ${since}

It is not on that commit, because:

1. gate paused: Paused since ${since}
   spec.paused of Stoker plant is true
   what to do: ${hints['Paused']}

You may not read Pod north-0; there may be more to say.`);
});

test('programs read the same', () => {
  expect(explain(facts({ entry: gateway({ ...behind, held: paused }) }))).toEqual({
    namespace: 'water',
    stoker: 'plant',
    gateway: 'north',
    wanted: { ref: 'main', commit: newCommit },
    runs: { ref: 'main', commit: oldCommit, syncedAt: since },
    isSynced: false,
    findings: [{ where: 'gate paused', reason: 'Paused', message: paused.message, since, hint: hints['Paused'] }],
    hidden: [],
  });
});

test('there is a hint for every reason, and for no other', () => {
  expect(Object.keys(hints).toSorted()).toEqual(Object.values(reasons).toSorted());
});
