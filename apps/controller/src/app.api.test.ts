import { expect, test } from '@jest/globals';
import { annotations, stokers } from '@stoker/crd-types';
import { leases, roleBindings, roles, serviceAccounts } from '@stoker/kube';
import { clientOf, eventually, makeNamespace } from './testing/cluster.ts';
import {
  changeStoker,
  expectCondition,
  expectRelease,
  pushOf,
  pushSecond,
  releaseFirst,
} from './testing/firstRelease.ts';
import { usePlant } from './testing/usePlant.ts';

const thePlant = usePlant();

test('a replica that waits for the lease takes push events, and takes over when the leader goes', async () => {
  const plant = thePlant();
  await plant.stop();
  const leader = await plant.startReplica('leader');
  await eventually('there is a leader', async () => {
    const lease = await plant.client.get(leases, { namespace: plant.namespace, name: 'stoker-controller' });
    expect(lease.spec.holderIdentity).toBe('leader');
  });
  const standby = await plant.startReplica('standby');
  try {
    await releaseFirst(plant);
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const path = `/webhook/${plant.namespace}/plant`;
    const push = (port: number, commit: string) => plant.push(path, pushOf(plant, commit), { port });
    await eventually('the standby knows the CR', async () => {
      expect((await push(standby.receiverPort, second)).status).toBe(202);
    });
    await expectRelease(plant, 'site-0', second);
    expect((await plant.stoker('plant')).metadata.annotations?.[annotations.pushed]).toContain(second);

    const lost = () => plant.events.filter((event) => event.includes('leader has lost'));
    const lostBefore = lost();
    await leader.stop();
    const third = await plant.repository.commit({ 'projects/site/third.json': '{}' });
    expect((await push(standby.receiverPort, third)).status).toBe(202);
    await expectRelease(plant, 'site-0', third);
    expect(lost()).toEqual(lostBefore);
  } finally {
    await standby.stop();
  }
}, 60_000);

test('what happened while the API server was away is made up for when it is back', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  // At rest: no write is cut off whose answer nobody would get.
  for (const type of ['RefResolved', 'SidecarInjected']) await expectCondition(plant, type, { status: 'True' });
  const control = (action: string) => fetch(`${process.env['STOKER_APISERVER_CONTROL']}/${action}`, { method: 'POST' });
  const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
  await control('stop');
  try {
    // The receiver answers from memory, and the commit is resolved: only its release has to wait.
    const answer = await plant.push(`/webhook/${plant.namespace}/plant`, pushOf(plant, second));
    expect(answer.status).toBe(202);
  } finally {
    // Also for all tests that follow.
    await control('start');
  }
  // A write that failed is tried again with a back-off of at most 30 s, too.
  const isReleased = async () => {
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(second);
  };
  await eventually('the second commit is released', isReleased, 60_000);
  await changeStoker(plant, { paused: true });
  const isSeen = async () => {
    const { metadata, status } = await plant.stoker('plant');
    expect(status?.observedGeneration).toBe(metadata.generation);
  };
  // Watches come back with a back-off of at most 30 s.
  await eventually('the pause is seen', isSeen, 60_000);
  const third = await pushSecond(plant);
  await eventually('the next commit is held', async () => {
    const { release, held } = await plant.metadata('plant', 'site-0');
    expect([release?.commit, held?.candidate.commit]).toEqual([second, third]);
  });
}, 180_000);

test('rights that are missing in one namespace keep no other from being served', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  await plant.stop();
  const closed = await makeNamespace(client);
  await client.create(serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'c', namespace },
  });
  const metadata = { name: 'c', namespace };
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  await client.create(roles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules });
  await client.create(roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'c' },
    subjects: [{ kind: 'ServiceAccount', name: 'c', namespace }],
  });
  const as = await clientOf(client, namespace, 'c');
  const replica = await plant.startReplica('limited', { leaderElect: false, as, watch: [closed, namespace] });
  try {
    const commit = await releaseFirst(plant);
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(commit);
    expect((await fetch(`http://127.0.0.1:${replica.healthPort}/readyz`)).status).toBe(200);
  } finally {
    await replica.stop();
  }
});

test('it shows the gateways of each Stoker by state while it leads, and those of a deleted one no more', async () => {
  const plant = thePlant();
  await plant.stop();
  const replica = await plant.startReplica('leader');
  const series = async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${replica.healthPort}/metrics`)).text();
    return metrics.split('\n').filter((line) => line.startsWith('stoker_') && line.includes(plant.namespace));
  };
  const gateways = (state: string) =>
    `stoker_gateways{stoker_namespace="${plant.namespace}",stoker="plant",state="${state}"} 1`;
  try {
    await releaseFirst(plant);
    await eventually('it waits', async () => expect(await series()).toEqual([gateways('Waiting')]));
    await plant.reportSynced('plant', 'site-0');
    await eventually('it is synced', async () => expect(await series()).toEqual([gateways('Synced')]));
    await plant.client.delete(stokers, { namespace: plant.namespace, name: 'plant' });
    await eventually('nothing is shown', async () => expect(await series()).toEqual([]));
  } finally {
    await replica.stop();
  }
});

test('it counts questions to git servers by transport and reason, and commits that were known', async () => {
  const plant = thePlant();
  await plant.stop();
  const replica = await plant.startReplica('leader');
  const metrics = async () => (await fetch(`http://127.0.0.1:${replica.healthPort}/metrics`)).text();
  try {
    await releaseFirst(plant);
    await changeStoker(plant, { git: { repo: plant.repo, ref: 'nowhere' } });
    await eventually('both answers are counted', async () => {
      const said = (await metrics()).split('\n');
      expect(said).toContain('stoker_ref_resolutions_total{transport="http",reason="Succeeded"} 1');
      expect(said).toContain('stoker_ref_resolutions_total{transport="http",reason="RefNotFound"} 1');
      expect(said).toContain('stoker_ref_resolution_duration_seconds_count{transport="http",result="failed"} 1');
      expect(said).toEqual(
        expect.arrayContaining([expect.stringMatching(/^stoker_ref_lookups_total\{result="hit"\} [1-9]/)]),
      );
    });
  } finally {
    await replica.stop();
  }
});

test('it says when it is ready, and what it has counted', async () => {
  const plant = thePlant();
  const replica = await plant.startReplica('another');
  const ask = (path: string) => fetch(`http://127.0.0.1:${replica.healthPort}${path}`);
  try {
    expect((await ask('/livez')).status).toBe(200);
    await eventually('it is ready', async () => expect((await ask('/readyz')).status).toBe(200));
    const metrics = await (await ask('/metrics')).text();
    for (const name of [
      'controller_runtime_reconcile_total',
      'workqueue_depth',
      'stoker_ref_resolutions_total',
      'stoker_push_events_total',
    ]) {
      expect(metrics).toContain(name);
    }
    // Told to end: it takes no more than comes, and what comes it takes.
    replica.drain();
    expect((await ask('/readyz')).status).toBe(503);
    const event = await fetch(`http://127.0.0.1:${replica.receiverPort}/webhook`, { method: 'POST', body: '{}' });
    expect([event.status, event.headers.get('connection')]).toEqual([401, 'close']);
  } finally {
    await replica.stop();
  }
});
