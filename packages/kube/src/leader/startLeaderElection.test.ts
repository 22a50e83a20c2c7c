import { expect, test } from '@jest/globals';
import { createManualClock, type ManualClock } from '../testing/clocks.ts';
import { createLeaseStore, type LeaseStore } from '../testing/leaseStore.ts';
import { ApiError } from '../client/apiError.ts';
import { type Clock, pause } from '../clock.ts';
import { leases } from '../resourceTypes.ts';
import type { KubeClient, LeaderElectionOptions } from '../types.ts';
import { guardWrites } from './guardWrites.ts';
import { startLeaderElection } from './startLeaderElection.ts';

interface Replica {
  readonly election: ReturnType<typeof startLeaderElection>;
  readonly handle: ReturnType<LeaseStore['client']>;
  readonly log: string[];
  readonly errors: unknown[];
}

function startReplica(
  store: LeaseStore,
  identity: string,
  clock: Clock,
  log: string[] = [],
  options: Partial<LeaderElectionOptions> = {},
): Replica {
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
      ...options,
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

test('a replica with a shorter lease of its own waits as long as the record of the leader says', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const long = { leaseDurationSeconds: 60, renewDeadlineSeconds: 40 };
  const one = startReplica(store, 'one', clock, log, long);
  await clock.advance(0);
  const two = startReplica(store, 'two', clock, log);
  await clock.advance(1000);
  one.handle.isCutOff = true;
  await clock.advance(80_000);
  expect(log).toEqual(['one started at 0', 'one stopped at 40000', 'two started at 60000']);
  await one.election.stop();
  await two.election.stop();
});

test('one request that hangs does not cost the leadership: there is time for another one', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const { client } = store.client();
  let finds = 0;
  const find: KubeClient['find'] = async (type, key, options) => {
    finds += 1;
    if (finds !== 2) return client.find(type, key, options);
    await pause(clock, options?.timeoutMs ?? Infinity, new AbortController().signal);
    throw new ApiError('no answer', { status: 0, reason: 'Timeout' });
  };
  const one = startReplica(store, 'one', clock, log, { client: { ...client, find } });
  await clock.advance(60_000);
  expect(one.errors).toMatchObject([{ reason: 'Timeout' }]);
  expect(log).toEqual(['one started at 0']);
  await one.election.stop();
});

test('what onStopped throws is reported, ends nothing, and the lease is given back', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const broken = new Error('broken');
  const onStopped = () => {
    throw broken;
  };
  const one = startReplica(store, 'one', clock, [], { onStopped });
  await clock.advance(0);
  one.handle.isCutOff = true;
  await clock.advance(10_000);
  expect(one.errors).toContain(broken);
  one.handle.isCutOff = false;
  await clock.advance(5000);
  await one.election.stop();
  expect(store.lease?.spec.holderIdentity).toBe('');
});

const throws = () => {
  throw new Error('broken');
};
test.each([
  ['throws', throws],
  ['rejects', () => Promise.reject(new Error('broken')) as unknown as undefined],
])('a replica whose onStarted %s leads no more, and gives the lease to one that can', async (_, onStarted) => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const one = startReplica(store, 'one', clock, log, { onStarted });
  await clock.advance(0);
  expect([one.election.isLeader, one.election.term.aborted]).toEqual([false, true]);
  expect(store.lease?.spec.holderIdentity).toBe('');
  const two = startReplica(store, 'two', clock, log);
  await clock.advance(60_000);
  expect(two.election.isLeader).toBe(true);
  expect(log).toEqual(['one stopped at 0', 'two started at 0']);
  expect(one.errors).toMatchObject([{ message: 'broken' }]);
  await one.election.stop();
  await two.election.stop();
});

test('a guarded write asks what its caller wants to be asked, too', async () => {
  const asked: string[] = [];
  const { client } = createLeaseStore().client();
  const remove: KubeClient['delete'] = async (_type, _key, options) => {
    options?.beforeSend?.();
    return true;
  };
  const guarded = guardWrites({ ...client, delete: remove }, { isLeader: true });
  await guarded.delete(leases, { namespace: 'default', name: 'a' }, { beforeSend: () => void asked.push('caller') });
  expect(asked).toEqual(['caller']);
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

test('a write that is on its way when leadership is lost is broken off, before another replica begins', async () => {
  const clock = createManualClock();
  const store = createLeaseStore();
  const log: string[] = [];
  const one = startReplica(store, 'one', clock, log);
  await clock.advance(0);
  const two = startReplica(store, 'two', clock, log);
  const hanging: KubeClient['delete'] = (_type, _key, { signal } = {}) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new Error(`broken off at ${clock.now()}`)));
    });
  const guarded = guardWrites({ ...one.handle.client, delete: hanging }, one.election);
  const write = guarded
    .delete(leases, { namespace: 'default', name: 'a' })
    .catch((error: Error) => log.push(error.message));
  one.handle.isCutOff = true;
  await clock.advance(30_000);
  await write;
  expect(log).toEqual(['one started at 0', 'one stopped at 10000', 'broken off at 10000', 'two started at 16000']);
  await one.election.stop();
  await two.election.stop();
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
