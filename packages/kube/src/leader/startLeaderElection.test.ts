import { expect, test } from '@jest/globals';
import { createManualClock, type ManualClock } from '../testing/clocks.ts';
import { createLeaseStore, type LeaseStore } from '../testing/leaseStore.ts';
import type { Clock } from '../clock.ts';
import { guardWrites } from './guardWrites.ts';
import { startLeaderElection } from './startLeaderElection.ts';

interface Replica {
  readonly election: ReturnType<typeof startLeaderElection>;
  readonly handle: ReturnType<LeaseStore['client']>;
  readonly log: string[];
  readonly errors: unknown[];
}

function startReplica(store: LeaseStore, identity: string, clock: Clock, log: string[] = []): Replica {
  const handle = store.client();
  const errors: unknown[] = [];
  const election = startLeaderElection(
    {
      client: handle.client,
      namespace: 'default',
      name: 'lease',
      identity,
      onStarted: () => void log.push(`${identity} started at ${clock.now()}`),
      onStopped: () => void log.push(`${identity} stopped at ${clock.now()}`),
      onError: (error) => void errors.push(error),
    },
    { clock, random: () => 0 },
  );
  return { election, handle, log, errors };
}

/** The same time, told wrongly. */
function skewed(clock: ManualClock, offsetMs: number): Clock {
  return { ...clock, date: () => new Date(clock.date().getTime() + offsetMs) };
}

test('the first takes the lease and renews it, and the others wait', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const one = startReplica(store, 'one', clock);
  await clock.advance(0);
  const two = startReplica(store, 'two', clock);
  await clock.advance(60_000);
  expect([one.election.isLeader, two.election.isLeader]).toEqual([true, false]);
  expect(store.lease?.spec).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
  expect(store.writes).toBeGreaterThan(25);
  await one.election.stop();
  await two.election.stop();
});

test('of two that reach for a free lease together one gets it', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const replicas = ['one', 'two', 'three'].map((identity) => startReplica(store, identity, clock));
  await clock.advance(0);
  expect(replicas.filter(({ election }) => election.isLeader)).toHaveLength(1);
  expect(replicas.flatMap(({ errors }) => errors)).toEqual([]);
  for (const { election } of replicas) await election.stop();
});

test('a leader that cannot renew stops before another one begins', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const one = startReplica(store, 'one', clock, log);
  await clock.advance(0);
  const two = startReplica(store, 'two', clock, log);
  await clock.advance(1000);
  one.handle.isCutOff = true;
  await clock.advance(30_000);
  // Renewed last at 0 s, seen by the other at 0 s: stopped after 10, taken after 15.
  expect(log).toEqual(['one started at 0', 'one stopped at 10000', 'two started at 16000']);
  expect(one.errors.length).toBeGreaterThan(3);
  one.handle.isCutOff = false;
  await clock.advance(30_000);
  expect([one.election.isLeader, two.election.isLeader]).toEqual([false, true]);
  await one.election.stop();
  await two.election.stop();
});

test('a clock that is wrong by an hour changes nothing', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const one = startReplica(store, 'one', skewed(clock, -3_600_000), log);
  await clock.advance(0);
  const two = startReplica(store, 'two', skewed(clock, 3_600_000), log);
  await clock.advance(60_000);
  expect(log).toEqual(['one started at 0']);
  await one.election.stop();
  await two.election.stop();
});

test('stop ends the writes, then releases the lease, and the next one need not wait for it to expire', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const one = startReplica(store, 'one', clock, log);
  await clock.advance(0);
  const two = startReplica(store, 'two', clock, log);
  await clock.advance(1000);
  await one.election.stop();
  expect(store.lease?.spec.holderIdentity).toBe('');
  await clock.advance(2500);
  expect(log).toEqual(['one started at 0', 'one stopped at 1000', 'two started at 2000']);
  await two.election.stop();
});

test('stop while the first write is on its way gives back what that write took', async () => {
  const store = createLeaseStore();
  const { client } = store.client();
  const stopped = Promise.withResolvers<void>();
  const create: typeof client.create = async (type, object, options) => {
    const written = await client.create(type, object, options);
    stopped.resolve(election.stop());
    options?.signal?.throwIfAborted();
    return written;
  };
  const election = startLeaderElection(
    {
      client: { ...client, create },
      namespace: 'default',
      name: 'lease',
      identity: 'one',
      onStarted: () => undefined,
      onStopped: () => undefined,
    },
    { clock: createManualClock(), random: () => 0 },
  );
  await stopped.promise;
  expect(election.isLeader).toBe(false);
  expect(store.lease?.spec.holderIdentity).toBe('');
});

test('a process that was frozen past its lease does not lead when it wakes, before any of its timers has run', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  let frozenMs = 0;
  const one = startReplica(store, 'one', { ...clock, now: () => clock.now() + frozenMs });
  await clock.advance(0);
  const guarded = guardWrites(one.handle.client, one.election);
  expect(one.election.isLeader).toBe(true);
  frozenMs = 60_000;
  expect(one.election.isLeader).toBe(false);
  const type = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
  const object = { metadata: { namespace: 'default', name: 'a' } };
  const writes = [
    guarded.create(type, object),
    guarded.apply(type, object, { fieldManager: 'one' }),
    guarded.mergePatch(type, object.metadata, {}),
    guarded.replace(type, object),
    guarded.delete(type, object.metadata),
    guarded.raw('POST', '/'),
  ];
  const outcomes = await Promise.allSettled(writes);
  expect(outcomes).toEqual(
    Array(6).fill(expect.objectContaining({ reason: expect.objectContaining({ reason: 'NotLeader' }) })),
  );
  await one.election.stop();
});

test('a machine that was suspended past its lease does not lead when it resumes, though its own clock stood still', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  let suspendedMs = 0;
  const date = () => new Date(clock.date().getTime() + suspendedMs);
  const one = startReplica(store, 'one', { ...clock, date });
  await clock.advance(0);
  expect(one.election.isLeader).toBe(true);
  suspendedMs = 60_000;
  expect(one.election.isLeader).toBe(false);
  await one.election.stop();
});

test('times with which two could lead at once are refused', () => {
  const store = createLeaseStore();
  const times = { leaseDurationSeconds: 10, renewDeadlineSeconds: 10, retryPeriodSeconds: 2 };
  const ignored = () => undefined;
  expect(() =>
    startLeaderElection({
      client: store.client().client,
      namespace: 'default',
      name: 'lease',
      identity: 'one',
      onStarted: ignored,
      onStopped: ignored,
      ...times,
    }),
  ).toThrow('a lease of 10 s must be longer than its renew deadline of 10 s');
});
