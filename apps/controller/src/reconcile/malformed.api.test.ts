// Objects that no server with today's CRDs takes: those of an older CRD are served as they were stored.
import { expect, test } from '@jest/globals';
import { annotations, labels } from '@stoker/crd-types';
import { type KubeClient, pods, secrets } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease, pushOf, releaseFirst } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

const bodies: readonly object[] = [
  {},
  { spec: null },
  { spec: {} },
  { spec: 'text' },
  { spec: { git: null, gateway: null, webhook: null, mappings: null, vars: null }, status: null },
  { spec: { git: 'text', gateway: [], webhook: 'text', mappings: {}, vars: [] } },
  { spec: { git: { repo: 5, ref: [] }, webhook: {}, mappings: [null], dependsOn: {} } },
  { spec: { git: { repo: 'https://', ref: 'main' }, gateway: {}, mappings: [{}], dependsOn: [null] } },
];

/** One of each as an event, before all that the server really has. Their names come first, too. */
function* malformed(namespace: string, path: string): Generator<Uint8Array> {
  for (const [index, body] of bodies.entries()) {
    const metadata = {
      name: `a-${index}`,
      namespace,
      uid: `uid-${index}`,
      resourceVersion: '1',
      ...(path.includes('/pods?') ? { labels: { [labels.cr]: 'plant' } } : {}),
    };
    yield Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { metadata, ...body } })}\n`);
  }
}

test('Stokers, SyncProfiles and pods of any shape stop no other from being served, by push, by Secret and by report', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  await releaseFirst(plant);
  // Once there are several profiles, a pod that names none asks for one called `default`.
  const naming = { metadata: { annotations: { [annotations.syncProfile]: 'site' } } };
  await client.mergePatch(pods, { namespace, name: 'site-0' }, naming);
  await plant.stop();
  const shown: string[] = [];
  const told = new Map<string, string>();
  const as: KubeClient = {
    ...client,
    mergePatch: async (type, key, patch, options) => {
      if (key.name.startsWith('a-')) told.set(`${type.kind} ${key.name}`, JSON.stringify(patch));
      return await client.mergePatch(type, key, patch, options);
    },
    stream: async (path, options) => {
      const chunks = await client.stream(path, options);
      const isFirst = /\/(?:stokers|syncprofiles|pods)\?/u.test(path) && path.includes('sendInitialEvents=true');
      return isFirst ? following(path, chunks) : chunks;
    },
  };
  async function* following(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    shown.push(path);
    yield* malformed(namespace, path);
    yield* chunks;
  }
  // Before it starts: nobody tells it of this one.
  const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
  const replica = await plant.startReplica('among-malformed', { leaderElect: false, as });
  try {
    await expectRelease(plant, 'site-0', second);
    const third = await plant.repository.commit({ 'projects/site/view.json': '{"v":3}' });
    for (const path of [`/webhook/${namespace}/plant`, '/webhook']) {
      const answer = await plant.push(path, pushOf(plant, third), { port: replica.receiverPort });
      expect([path, answer.status]).toEqual([path, 202]);
    }
    await expectRelease(plant, 'site-0', third);
    await changeStoker(plant, { gateway: { apiKeySecretRef: { name: 'late', key: 'key' } } });
    await expectCondition(plant, 'Stalled', { status: 'True', reason: 'SecretNotFound' });
    const data = { key: Buffer.from('x').toString('base64') };
    await client.create(secrets, { metadata: { name: 'late', namespace }, data });
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });
    for (const kind of ['stokers', 'syncprofiles', 'pods'])
      expect([kind, shown.some((path) => path.includes(`/${kind}?`))]).toEqual([kind, true]);
    // The last one is a Stoker that can be used.
    const stokers = bodies.slice(0, -1).map((_, index) => `Stoker a-${index}`);
    const profiles = bodies.map((_, index) => `SyncProfile a-${index}`);
    await eventually('each is told so', () => {
      for (const name of [...stokers, ...profiles])
        expect([name, told.get(name)]).toEqual([name, expect.stringContaining('InvalidResource')]);
    });
    expect(plant.log()).not.toContain('TypeError');
  } finally {
    await replica.stop();
  }
}, 90_000);
