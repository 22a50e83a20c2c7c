import { afterEach, describe, expect, test } from '@jest/globals';
import { loadKubeConfig } from '../access/loadKubeConfig.ts';
import { openClient } from '../client/openClient.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type ConfigMap, configMaps, leases } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { KubeClient, LeaderElection } from '../types.ts';
import { guardWrites } from './guardWrites.ts';
import { startLeaderElection } from './startLeaderElection.ts';

const minutes = 60_000;
// A leader that gets no answer for so long must end: a busy machine has to be faster than that.
const times = { leaseDurationSeconds: 6, renewDeadlineSeconds: 5, retryPeriodSeconds: 0.5 };
const unreachable = () => Promise.reject(new Error('the network is gone'));

interface Replica {
  readonly election: LeaderElection;
  /** Nothing of it reaches the server any more, and nothing is said of it. */
  cutOff(): void;
  stop(): Promise<void>;
}

const running: Replica[] = [];
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.stop();
});

/** A replica whose clock is wrong by so much; what it was and when, in `log`. */
function startReplica(namespace: string, identity: string, skewMs: number, log: string[]): Replica {
  const direct = openClient(loadKubeConfig());
  let isCutOff = false;
  const client: KubeClient = {
    ...direct,
    find: (...call) => (isCutOff ? unreachable() : direct.find(...call)),
    create: (...call) => (isCutOff ? unreachable() : direct.create(...call)),
    replace: (...call) => (isCutOff ? unreachable() : direct.replace(...call)),
  };
  const clock: Clock = { ...systemClock, date: () => new Date(Date.now() + skewMs) };
  const election = startLeaderElection(
    {
      client,
      namespace,
      name: 'leader',
      identity,
      ...times,
      onStarted: () => log.push(`${identity} leads`),
      onStopped: () => log.push(`${identity} leads no more`),
    },
    { clock, random: Math.random },
  );
  const replica = {
    election,
    cutOff: () => {
      isCutOff = true;
    },
    stop: () => election.stop(),
  };
  running.push(replica);
  return replica;
}

describe.each([
  ['ahead of', 7 * minutes, -5 * minutes],
  ['behind', -7 * minutes, 5 * minutes],
])('a holder whose clock is minutes %s its challenger', (_, holderSkewMs, challengerSkewMs) => {
  test('keeps its lease while it renews, and is followed, never joined, when it is cut off', async () => {
    const { client, namespace } = await openNamespace();
    const log: string[] = [];
    const holder = startReplica(namespace, 'holder', holderSkewMs, log);
    await eventually(() => holder.election.isLeader);
    const challenger = startReplica(namespace, 'challenger', challengerSkewMs, log);
    const renewals = new Set<string | undefined>();
    // More than a lease long, by the record of the holder, whatever time that says it is.
    await eventually(async () => {
      renewals.add((await client.get(leases, { namespace, name: 'leader' })).spec.renewTime);
      return renewals.size > 14;
    });
    expect(log).toEqual(['holder leads']);
    expect(challenger.election.isLeader).toBe(false);
    holder.cutOff();
    await eventually(() => {
      expect([holder.election.isLeader, challenger.election.isLeader]).not.toEqual([true, true]);
      return challenger.election.isLeader;
    });
    expect(log).toEqual(['holder leads', 'holder leads no more', 'challenger leads']);
    const map: ConfigMap = { metadata: { namespace, name: 'written' } };
    await expect(guardWrites(client, holder.election).create(configMaps, map)).rejects.toMatchObject({
      reason: 'NotLeader',
    });
    await guardWrites(client, challenger.election).create(configMaps, map);
  }, 60_000);

  test('gives its lease back so that the challenger need not wait', async () => {
    const { client, namespace } = await openNamespace();
    const log: string[] = [];
    const holder = startReplica(namespace, 'holder', holderSkewMs, log);
    await eventually(() => holder.election.isLeader);
    const challenger = startReplica(namespace, 'challenger', challengerSkewMs, log);
    await holder.stop();
    await eventually(() => challenger.election.isLeader);
    expect(log).toEqual(['holder leads', 'holder leads no more', 'challenger leads']);
    const { spec } = await client.get(leases, { namespace, name: 'leader' });
    expect(spec).toMatchObject({ holderIdentity: 'challenger', leaseTransitions: 1 });
  }, 60_000);
});
