import { expect, test } from '@jest/globals';
import { annotations, metadataName, statusName, stokers, syncProfiles } from '@stoker/crd-types';
import { configMaps, pods, roles } from '@stoker/kube';
import { setTimeout as delay } from 'node:timers/promises';
import { applyProfile, createGatewayPod, eventually } from '../testing/cluster.ts';
import {
  changeStoker,
  expectCondition,
  expectRelease,
  pushOf,
  pushSecond,
  releaseFirst,
} from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

test('a CR, a profile and a pod end in a release for that pod, and in empty reports for its agent to fill', async () => {
  const plant = thePlant();
  const commit = await releaseFirst(plant);
  const { client, namespace } = plant;
  const pod = await client.get(pods, { namespace, name: 'site-0' });
  expect(await plant.metadata('plant', 'site-0')).toMatchObject({
    crName: 'plant',
    gatewayName: 'site-0',
    podUID: pod.metadata.uid,
    repository: { url: plant.repo, authKind: 'none' },
    release: { commit, ref: 'main', profileNames: ['site'], source: 'rollout' },
  });
  const report = await client.get(configMaps, { namespace, name: statusName('plant', 'site-0') });
  expect(report.data).toBeUndefined();
  await eventually('the profile is accepted', async () => {
    const profile = await client.get(syncProfiles, { namespace, name: 'site' });
    expect(profile.status?.conditions).toMatchObject([
      { type: 'Accepted', status: 'True' },
      { type: 'NoConflicts', status: 'True' },
    ]);
  });
});

test('a gateway that reports its release makes the CR ready, and the report of a dead pod does not', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  await plant.reportSynced('plant', 'site-0', { podUID: 'of a pod that is gone' });
  await delay(300);
  expect(await plant.condition('plant', 'Ready')).toMatchObject({ status: 'False' });
  await plant.reportSynced('plant', 'site-0');
  await expectCondition(plant, 'Ready', { status: 'True' });
  expect((await plant.stoker('plant')).status).toMatchObject({
    synced: '1/1',
    discoveredGateways: [{ name: 'site-0', pod: 'site-0', phase: 'Synced' }],
  });
  // They follow the status. Where the pod is seen before its profile, a Warning says so first.
  await eventually('each is announced once', () => {
    const said = plant.events.filter((event) => event.startsWith('plant Normal ')).map((event) => event.split(':')[0]);
    expect(said).toEqual(['plant Normal Released', 'plant Normal Synced']);
  });
});

test('a report that nobody can read stops neither its gateway nor the others', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  const { client, namespace } = plant;
  const broken = { data: { 'status.json': '{"schema":1,' } };
  await client.mergePatch(configMaps, { namespace, name: statusName('plant', 'site-0') }, broken);
  const second = await pushSecond(plant);
  await expectRelease(plant, 'site-0', second);
  await expectCondition(plant, 'AgentReady', {
    status: 'False',
    reason: 'InvalidDocument',
    message: expect.stringContaining(statusName('plant', 'site-0')),
  });
});

test('a ref that does not exist is said in a sentence, and gateways keep what they have', async () => {
  const plant = thePlant();
  const first = await releaseFirst(plant);
  await changeStoker(plant, { git: { repo: plant.repo, ref: 'nowhere' } });
  await expectCondition(plant, 'RefResolved', {
    status: 'False',
    reason: 'RefNotFound',
    message: expect.stringContaining('spec.git.ref nowhere'),
  });
  expect(await plant.condition('plant', 'Stalled')).toMatchObject({ status: 'True', reason: 'RefNotFound' });
  expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(first);
});

test.each([
  ['an error', { kind: 'status', status: 500 }],
  ['a page', { kind: 'html' }],
] as const)('%s of a git server is in no condition, event or log', async (_name, behaviour) => {
  const plant = thePlant();
  await releaseFirst(plant);
  plant.git.behave(behaviour);
  await changeStoker(plant, { git: { repo: plant.repo, ref: 'next' } });
  await expectCondition(plant, 'RefResolved', { status: 'False', reason: 'GitServerError' });
  const said = plant.log() + plant.events.join('') + JSON.stringify(await plant.stoker('plant'));
  expect(said).toContain('GitServerError');
  // What `behave` has the server answer.
  expect(said).not.toContain('internal-page-content');
});

test('a restarted controller changes nothing, also with the git server away', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  await plant.reportSynced('plant', 'site-0');
  for (const type of ['SidecarInjected', 'Ready']) await expectCondition(plant, type, { status: 'True' });
  const { client, namespace } = plant;
  const versions = async () => {
    const documents = await client.list(configMaps, { namespace, labelSelector: 'stoker.io/cr=plant' });
    const owned = [...documents.items, ...(await client.list(roles, { namespace })).items, await plant.stoker('plant')];
    return owned.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
  };
  await plant.stop();
  const before = await versions();
  await plant.start();
  await delay(1_500);
  expect(await versions()).toEqual(before);
  await plant.stop();
  plant.git.behave({ kind: 'status', status: 503 });
  await plant.start();
  await expectCondition(plant, 'RefResolved', { status: 'False', reason: 'GitServerError' });
  expect((await plant.metadata('plant', 'site-0')).release).toBeDefined();
});

test('an edited profile is a new release, and one that cannot be rendered changes nothing', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  const { client, namespace } = plant;
  const { release } = await plant.metadata('plant', 'site-0');
  await applyProfile(client, namespace, 'site', { mappings: [{ source: 'projects', destination: 'projects' }] });
  const edited = await eventually('the edit is released', async () => {
    const told = await plant.metadata('plant', 'site-0');
    expect(told.release?.id).not.toBe(release?.id);
    return told.release;
  });
  expect(edited?.commit).toBe(release?.commit);
  const mappings = [{ source: 'sites/{{.Vars.site}}', destination: 'projects' }];
  await applyProfile(client, namespace, 'site', { mappings });
  await expectCondition(plant, 'Ready', {
    reason: 'InvalidTemplate',
    message: expect.stringContaining('spec.mappings[0].source uses {{.Vars.site}}'),
  });
  expect((await plant.metadata('plant', 'site-0')).release?.id).toBe(edited?.id);
});

test('a pod that asked for the agent and has none is named', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  await createGatewayPod(plant.client, plant.namespace, { name: 'forgotten', cr: 'plant', sidecar: false });
  const message = expect.stringContaining('forgotten');
  await expectCondition(plant, 'SidecarInjected', { status: 'False', reason: 'SidecarMissing', message });
});

test('a gateway whose pod has gone keeps its documents, and one gone for a week loses them', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  const { client, namespace } = plant;
  const key = { namespace, name: metadataName('plant', 'site-0') };
  await client.delete(pods, { namespace, name: 'site-0' });
  await eventually('its absence is noted', async () => {
    const { metadata } = await client.get(configMaps, key);
    expect(metadata.annotations?.[annotations.absentSince]).toBeDefined();
  });
  const longAgo = new Date(Date.now() - 8 * 24 * 3600 * 1000).toISOString();
  await client.mergePatch(configMaps, key, { metadata: { annotations: { [annotations.absentSince]: longAgo } } });
  await eventually('its documents are gone', async () => {
    expect(await client.find(configMaps, key)).toBeUndefined();
    expect(await client.find(configMaps, { namespace, name: statusName('plant', 'site-0') })).toBeUndefined();
  });
});

test('the CR owns all that was made for it, and a deleted CR is written to no more', async () => {
  const plant = thePlant();
  const commit = await releaseFirst(plant);
  const { client, namespace } = plant;
  const { metadata } = await plant.stoker('plant');
  const documents = async () =>
    (await client.list(configMaps, { namespace, labelSelector: 'stoker.io/cr=plant' })).items;
  const owned = [...(await documents()), ...(await client.list(roles, { namespace })).items];
  expect(owned.length).toBeGreaterThanOrEqual(4);
  for (const object of owned) expect(object.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
  await client.delete(stokers, { namespace, name: 'plant' });
  await eventually('the controller knows, and is at nothing else', async () => {
    expect((await plant.push(`/webhook/${namespace}/plant`, pushOf(plant, commit))).status).toBe(401);
    const shown = await plant.metrics();
    for (const name of ['workqueue_depth', 'workqueue_unfinished_work_seconds'])
      expect(shown).toContain(`\n${name}{name="stoker"} 0\n`);
  });
  // This API server has no garbage collector: what is deleted by hand stays deleted only if nobody makes it again.
  for (const { metadata: document } of await documents()) {
    await client.delete(configMaps, { namespace, name: document.name });
  }
  await createGatewayPod(client, namespace, { name: 'site-1', cr: 'plant' });
  await delay(500);
  expect(await documents()).toEqual([]);
});

test('a CR made anew under its name takes nothing over from the one before', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  await plant.reportSynced('plant', 'site-0');
  await expectCondition(plant, 'Ready', { status: 'True' });
  await plant.client.delete(stokers, { namespace: plant.namespace, name: 'plant' });
  await changeStoker(plant, { paused: true });
  const { metadata } = await plant.stoker('plant');
  await eventually('its documents are its own', async () => {
    const key = { namespace: plant.namespace, name: metadataName('plant', 'site-0') };
    const document = await plant.client.get(configMaps, key);
    expect(document.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
  });
  const told = await plant.metadata('plant', 'site-0');
  expect(told.release).toBeUndefined();
});

test('a sync that a person asks for is passed on, and finds a commit that no event announced', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
  const patch = { metadata: { annotations: { [annotations.syncNow]: 'now, please' } } };
  await plant.client.mergePatch(stokers, { namespace: plant.namespace, name: 'plant' }, patch);
  await expectRelease(plant, 'site-0', second);
  expect((await plant.metadata('plant', 'site-0')).syncRequest).toBe('now, please');
});
