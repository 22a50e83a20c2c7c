import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { agentSecretName, annotations, statusName, stokers, syncProfiles } from '@stoker/crd-types';
import { configMaps, pods, roles, secrets } from '@stoker/kube';
import { setTimeout as delay } from 'node:timers/promises';
import { applyProfile, applyStoker, createGatewayPod, eventually } from './testing/cluster.ts';
import { openPlant, type Plant } from './testing/plant.ts';

let plant: Plant;
const everything = { mappings: [{ source: '.', destination: '.' }] };

beforeEach(async () => {
  plant = await openPlant();
}, 60_000);

afterEach(async () => {
  await plant.close();
}, 60_000);

/** A CR on `main`, one profile, one gateway, and the first commit released to it. */
async function onePlant(spec: object = {}): Promise<string> {
  const commit = await plant.repository.commit({ 'projects/site/project.json': '{}' });
  const { client, namespace, repo } = plant;
  await applyProfile(client, namespace, 'site', everything);
  await applyStoker(client, namespace, 'plant', { git: { repo, ref: 'main' }, polling: { enabled: false }, ...spec });
  await createGatewayPod(client, namespace, { name: 'site-0', cr: 'plant' });
  await eventually('the gateway is told the commit', async () => {
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(commit);
  });
  return commit;
}

function pushOf(commit: string, ref = 'refs/heads/main') {
  return { ref, after: commit, before: '0'.repeat(40), repository: { clone_url: plant.repo } };
}

test('a CR, a profile and a pod end in a release for that pod, and in empty reports for its agent to fill', async () => {
  const commit = await onePlant();
  const { client, namespace } = plant;
  const pod = await client.get(pods, { namespace, name: 'site-0' });
  expect(await plant.metadata('plant', 'site-0')).toMatchObject({
    crName: 'plant',
    gatewayName: 'site-0',
    podUID: pod.metadata.uid,
    repository: { url: plant.repo, authKind: 'none' },
    release: { commit, ref: 'main', profileNames: ['site'], source: 'rollout' },
  });
  await client.get(configMaps, { namespace, name: statusName('plant', 'site-0') });
  expect((await client.get(configMaps, { namespace, name: statusName('plant', 'site-0') })).data).toBeUndefined();
  await eventually('the profile is accepted', async () => {
    const profile = await client.get(syncProfiles, { namespace, name: 'site' });
    expect(profile.status?.conditions).toMatchObject([{ type: 'Accepted', status: 'True' }]);
  });
});

test('a gateway that reports its release makes the CR ready, and the report of a dead pod does not', async () => {
  await onePlant();
  await plant.reportSynced('plant', 'site-0', { podUID: 'of a pod that is gone' });
  await delay(300);
  expect(await plant.condition('plant', 'Ready')).toMatchObject({ status: 'False' });
  await plant.reportSynced('plant', 'site-0');
  await eventually('the CR is ready', async () => {
    expect(await plant.condition('plant', 'Ready')).toMatchObject({ status: 'True' });
  });
  expect((await plant.stoker('plant')).status).toMatchObject({
    synced: '1/1',
    discoveredGateways: [{ name: 'site-0', pod: 'site-0', phase: 'Synced' }],
  });
});

describe('a signed push event', () => {
  test('brings the new commit to the gateways that follow the branch', async () => {
    await onePlant();
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const answer = await plant.push(`/webhook/${plant.namespace}/plant`, pushOf(second));
    expect(answer.status).toBe(202);
    await eventually('the gateway is told the second commit', async () => {
      expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(second);
    });
  });

  test('on the path of the installation does the same', async () => {
    await onePlant();
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    expect((await plant.push('/webhook', pushOf(second))).status).toBe(202);
    await eventually('the gateway is told the second commit', async () => {
      expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(second);
    });
  });

  test('of a release moves the CR to its tag until the spec names another ref', async () => {
    await onePlant();
    const tagged = await plant.repository.commit({ 'projects/site/view.json': '{}' }, { branch: 'next' });
    await plant.repository.git(['tag', 'v2', tagged]);
    const release = { action: 'published', release: { tag_name: 'v2' }, repository: { clone_url: plant.repo } };
    expect((await plant.push(`/webhook/${plant.namespace}/plant`, release, { event: 'release' })).status).toBe(202);
    await eventually('the gateway is told the tagged commit', async () => {
      expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(tagged);
    });
    expect((await plant.stoker('plant')).spec.git.ref).toBe('main');
    const third = await plant.repository.commit({ 'a.json': '{}' }, { branch: 'stable' });
    await applyStoker(plant.client, plant.namespace, 'plant', {
      git: { repo: plant.repo, ref: 'stable' },
      polling: { enabled: false },
    });
    await eventually('the gateway is told what the spec says', async () => {
      expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(third);
    });
    await eventually('the request is gone', async () => {
      expect((await plant.stoker('plant')).metadata.annotations?.[annotations.requestedRef]).toBeUndefined();
    });
  });

  test('with a wrong signature, and one for a CR that does not exist, get the same answer', async () => {
    await onePlant();
    const forged = await plant.push(`/webhook/${plant.namespace}/plant`, pushOf('a'.repeat(40)), { secret: 'guessed' });
    const unknown = await plant.push(`/webhook/${plant.namespace}/nobody`, pushOf('a'.repeat(40)));
    expect([forged.status, unknown.status]).toEqual([401, 401]);
    expect(await forged.text()).toBe(await unknown.text());
  });
});

test("a CR's own secret is the only one that its path takes", async () => {
  const { client, namespace } = plant;
  const data = { key: Buffer.from('own').toString('base64') };
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hook', namespace }, data });
  await onePlant({ webhook: { secretRef: { name: 'hook', key: 'key' } } });
  const path = `/webhook/${namespace}/plant`;
  await eventually('its own secret is known', async () => {
    expect((await plant.push(path, pushOf('a'.repeat(40)), { secret: 'own' })).status).toBe(202);
  });
  expect((await plant.push(path, pushOf('a'.repeat(40)))).status).toBe(401);
});

describe('a paused CR', () => {
  test('holds a new commit back, names it, and gives its last release to a pod that is made anew', async () => {
    const first = await onePlant();
    const { client, namespace, repo } = plant;
    await plant.reportSynced('plant', 'site-0');
    await applyStoker(client, namespace, 'plant', {
      git: { repo, ref: 'main' },
      polling: { enabled: false },
      paused: true,
    });
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    await plant.push(`/webhook/${namespace}/plant`, pushOf(second));
    await eventually('the second commit is held', async () => {
      expect((await plant.metadata('plant', 'site-0')).held).toMatchObject({
        gate: 'paused',
        candidate: { commit: second },
      });
    });
    await client.delete(pods, { namespace, name: 'site-0' });
    const pod = await createGatewayPod(client, namespace, { name: 'site-0', cr: 'plant' });
    await eventually('the new pod is told', async () => {
      const told = await plant.metadata('plant', 'site-0');
      expect(told).toMatchObject({ podUID: pod.metadata.uid, release: { commit: first }, held: { reason: 'Paused' } });
    });
  });

  test('starts a gateway that is new from the last complete rollout of its profile', async () => {
    const first = await onePlant();
    const { client, namespace, repo } = plant;
    await plant.reportSynced('plant', 'site-0');
    await eventually('the rollout is complete', async () => {
      expect(await plant.condition('plant', 'Ready')).toMatchObject({ status: 'True' });
    });
    await applyStoker(client, namespace, 'plant', {
      git: { repo, ref: 'main' },
      polling: { enabled: false },
      paused: true,
    });
    await createGatewayPod(client, namespace, { name: 'site-1', cr: 'plant' });
    await eventually('the new gateway is told', async () => {
      expect((await plant.metadata('plant', 'site-1')).release).toMatchObject({ commit: first, source: 'bootstrap' });
    });
  });
});

test('a ref that does not exist is said in a sentence, and gateways keep what they have', async () => {
  const first = await onePlant();
  const { client, namespace, repo } = plant;
  await applyStoker(client, namespace, 'plant', { git: { repo, ref: 'nowhere' }, polling: { enabled: false } });
  await eventually('the ref is said to be wrong', async () => {
    const condition = await plant.condition('plant', 'RefResolved');
    expect(condition).toMatchObject({ status: 'False', reason: 'RefNotFound' });
    expect(condition?.message).toContain('spec.git.ref nowhere');
  });
  expect(await plant.condition('plant', 'Stalled')).toMatchObject({ status: 'True', reason: 'RefNotFound' });
  expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(first);
});

test('a restarted controller changes nothing, also with the git server away', async () => {
  await onePlant();
  await plant.reportSynced('plant', 'site-0');
  await eventually('the CR is ready', async () => {
    expect(await plant.condition('plant', 'Ready')).toMatchObject({ status: 'True' });
  });
  const { client, namespace } = plant;
  const versions = async () => [
    (await plant.stoker('plant')).metadata.resourceVersion,
    ...(await client.list(configMaps, { namespace, labelSelector: 'stoker.io/cr=plant' })).items.map(
      ({ metadata }) => metadata.resourceVersion,
    ),
    ...(await client.list(roles, { namespace })).items.map(({ metadata }) => metadata.resourceVersion),
  ];
  await plant.stop();
  const before = await versions();
  await plant.start();
  await delay(1_500);
  expect(await versions()).toEqual(before);
  await plant.stop();
  plant.git.behave({ kind: 'status', status: 503 });
  await plant.start();
  await eventually('the failure is said', async () => {
    expect(await plant.condition('plant', 'RefResolved')).toMatchObject({ status: 'False', reason: 'GitServerError' });
  });
  expect((await plant.metadata('plant', 'site-0')).release).toBeDefined();
});

test('two gateways with one name are both held, and go on once they have two', async () => {
  const first = await onePlant();
  const { client, namespace } = plant;
  const notes = { [annotations.gatewayName]: 'site-0' };
  await createGatewayPod(client, namespace, { name: 'twin', cr: 'plant', notes });
  await eventually('the conflict is said', async () => {
    expect(await plant.condition('plant', 'AllGatewaysSynced')).toMatchObject({ reason: 'GatewayNameConflict' });
  });
  const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
  await plant.push(`/webhook/${namespace}/plant`, pushOf(second));
  await eventually('the second commit is held', async () => {
    const told = await plant.metadata('plant', 'site-0');
    expect(told).toMatchObject({ release: { commit: first }, held: { reason: 'GatewayNameConflict' } });
  });
  await client.mergePatch(
    pods,
    { namespace, name: 'twin' },
    { metadata: { annotations: { [annotations.gatewayName]: 'other' } } },
  );
  await eventually('both are told the second commit', async () => {
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(second);
    expect((await plant.metadata('plant', 'other')).release?.commit).toBe(second);
  });
});

test('a rotated token reaches the agents, and a secret of another namespace is never asked for', async () => {
  const { client, namespace, repo } = plant;
  const token = (value: string) => ({ token: Buffer.from(value).toString('base64') });
  await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'git', namespace },
    data: token('first'),
  });
  await onePlant({ git: { repo, ref: 'main', auth: { token: { secretRef: { name: 'git', key: 'token' } } } } });
  await client.mergePatch(secrets, { namespace, name: 'git' }, { data: token('second') });
  await eventually('the agents have the second token', async () => {
    const secret = await client.get(secrets, { namespace, name: agentSecretName('plant') });
    expect(secret.data).toEqual(token('second'));
  });
  await client.delete(secrets, { namespace, name: 'git' });
  await eventually('the missing secret is said', async () => {
    const ready = await plant.condition('plant', 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'SecretNotFound' });
    expect(ready?.message).toContain('spec.git.auth.token.secretRef');
  });
  expect((await client.get(secrets, { namespace, name: agentSecretName('plant') })).data).toEqual(token('second'));
  expect(plant.log()).not.toMatch(/first|second/);
});

test('a pod that asked for the agent and has none is named', async () => {
  await onePlant();
  await createGatewayPod(plant.client, plant.namespace, { name: 'forgotten', cr: 'plant', sidecar: false });
  await eventually('the pod is named', async () => {
    const condition = await plant.condition('plant', 'SidecarInjected');
    expect(condition).toMatchObject({ status: 'False', reason: 'SidecarMissing' });
    expect(condition?.message).toContain('forgotten');
  });
});

test('an edited profile is a new release, and one that cannot be rendered changes nothing', async () => {
  await onePlant();
  const { client, namespace } = plant;
  const { release } = await plant.metadata('plant', 'site-0');
  await applyProfile(client, namespace, 'site', { mappings: [{ source: 'projects', destination: 'projects' }] });
  const edited = await eventually('the edit is released', async () => {
    const told = await plant.metadata('plant', 'site-0');
    expect(told.release?.id).not.toBe(release?.id);
    return told.release;
  });
  expect(edited?.commit).toBe(release?.commit);
  await applyProfile(client, namespace, 'site', {
    mappings: [{ source: 'sites/{{.Vars.site}}', destination: 'projects' }],
  });
  await eventually('the missing variable is named', async () => {
    const ready = await plant.condition('plant', 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'InvalidTemplate' });
    expect(ready?.message).toContain('spec.mappings[0].source uses {{.Vars.site}}');
  });
  expect((await plant.metadata('plant', 'site-0')).release?.id).toBe(edited?.id);
});

test('the CR owns all that was made for it, and a deleted CR is written to no more', async () => {
  await onePlant();
  const { client, namespace } = plant;
  const { metadata } = await plant.stoker('plant');
  const owned = [
    ...(await client.list(configMaps, { namespace, labelSelector: 'stoker.io/cr=plant' })).items,
    ...(await client.list(roles, { namespace })).items,
  ];
  expect(owned.length).toBeGreaterThanOrEqual(4);
  for (const object of owned) expect(object.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
  await client.delete(stokers, { namespace, name: 'plant' });
  // This API server has no garbage collector: what is deleted by hand stays deleted only if nobody makes it again.
  for (const {
    metadata: { name },
  } of owned)
    await client.delete(configMaps, { namespace, name });
  await createGatewayPod(client, namespace, { name: 'site-1', cr: 'plant' });
  await delay(500);
  expect((await client.list(configMaps, { namespace, labelSelector: 'stoker.io/cr=plant' })).items).toEqual([]);
});
