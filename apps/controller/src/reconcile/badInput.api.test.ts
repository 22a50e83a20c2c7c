import { expect, test } from '@jest/globals';
import { annotations } from '@stoker/crd-types';
import { pods, secrets } from '@stoker/kube';
import { applyProfile, applyStoker, createGatewayPod, eventually } from '../testing/cluster.ts';
import { expectRelease, pushSecond, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

/** A CR of this name with something wrong about it, and what has to be said of it. */
interface Mistake {
  readonly cr: string;
  readonly spec?: object;
  /** Annotations of its gateways; each has a pod named after the CR and its place in the list. */
  readonly gateways?: readonly Readonly<Record<string, string>>[];
  readonly reason: string;
  /** Field or object, what was found, and what would work. */
  readonly says: readonly string[];
}

const mistakes: readonly Mistake[] = [
  {
    cr: 'unknown-profile',
    gateways: [{ [annotations.syncProfile]: 'nowhere' }],
    reason: 'ProfileNotFound',
    says: ['unknown-profile-0', 'SyncProfile nowhere', 'name one of', annotations.syncProfile],
  },
  {
    cr: 'unset-variable',
    gateways: [{ [annotations.syncProfile]: 'templated' }],
    reason: 'InvalidTemplate',
    says: ['SyncProfile templated', 'spec.mappings[0].source', '{{.Vars.site}}', 'add site to spec.vars'],
  },
  {
    cr: 'two-owners',
    gateways: [{ [annotations.syncProfile]: 'site,twin' }],
    reason: 'ProfilesConflict',
    says: ['SyncProfiles site', 'twin', 'spec.mappings[0].destination', 'give them different destinations'],
  },
  {
    cr: 'bad-name',
    gateways: [{ [annotations.gatewayName]: 'Area_1' }],
    reason: 'InvalidGatewayName',
    says: ['pod bad-name-0', annotations.gatewayName, '"Area_1"', 'lower-case letters'],
  },
  {
    cr: 'one-name',
    gateways: [{ [annotations.gatewayName]: 'north' }, { [annotations.gatewayName]: 'north' }],
    reason: 'GatewayNameConflict',
    says: ['one-name-0 and one-name-1', 'north', annotations.gatewayName],
  },
  {
    cr: 'no-secret',
    spec: { gateway: { apiKeySecretRef: { name: 'absent', key: 'token' } } },
    reason: 'SecretNotFound',
    says: ['spec.gateway.apiKeySecretRef', 'Secret absent', 'kubectl create secret generic absent'],
  },
  {
    cr: 'no-key',
    spec: { webhook: { secretRef: { name: 'present', key: 'hook' } } },
    reason: 'SecretKeyNotFound',
    says: ['spec.webhook.secretRef', 'key hook of Secret present', 'holds token'],
  },
  {
    cr: 'inherited-key',
    spec: { gateway: { apiKeySecretRef: { name: 'present', key: 'constructor' } } },
    reason: 'SecretKeyNotFound',
    says: ['spec.gateway.apiKeySecretRef', 'key constructor of Secret present', 'does not have', 'holds token'],
  },
  {
    cr: 'inherited-profile',
    gateways: [{ [annotations.syncProfile]: 'constructor' }],
    reason: 'ProfileNotFound',
    says: ['inherited-profile-0', 'SyncProfile constructor', 'name one of'],
  },
  {
    cr: 'too-large',
    gateways: [{ [annotations.syncProfile]: 'bulky-a,bulky-b' }],
    reason: 'ProfilesTooLarge',
    says: ['too-large-0', 'SyncProfiles bulky-a, bulky-b', '1173 KiB', '960 KiB', 'put long values'],
  },
];

async function make(plant: Plant, { cr, spec, gateways = [] }: Mistake): Promise<void> {
  const { client, namespace, repo } = plant;
  await applyStoker(client, namespace, cr, { git: { repo, ref: 'main' }, polling: { enabled: false }, ...spec });
  for (const [index, notes] of gateways.entries()) {
    const profile = { [annotations.syncProfile]: 'site', ...notes };
    await createGatewayPod(client, namespace, { name: `${cr}-${index}`, cr, notes: profile });
  }
}

test('every mistake is said where it was made, by condition and event, and the other CR and its good gateway go on', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  const data = { token: Buffer.from('x').toString('base64') };
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'present', namespace }, data });
  await releaseFirst(plant);
  // Once there are several profiles, a pod that names none asks for one called `default`.
  const naming = { metadata: { annotations: { [annotations.syncProfile]: 'site' } } };
  await client.mergePatch(pods, { namespace, name: 'site-0' }, naming);
  await applyProfile(client, namespace, 'templated', {
    mappings: [{ source: 'sites/{{.Vars.site}}', destination: '.' }],
  });
  await applyProfile(client, namespace, 'twin', { mappings: [{ source: 'twin', destination: '.' }] });
  for (const name of ['bulky-a', 'bulky-b']) {
    const patches = [{ file: 'text.json', set: { '$.text': 'x'.repeat(600_000) } }];
    await applyProfile(client, namespace, name, { mappings: [{ source: name, destination: name, patches }] });
  }
  for (const mistake of mistakes) await make(plant, mistake);
  // The same pods beside a good one, under one CR.
  for (const [index, notes] of mistakes.flatMap(({ gateways = [] }) => gateways).entries()) {
    const profile = { [annotations.syncProfile]: 'site', ...notes };
    await createGatewayPod(client, namespace, { name: `bad-${index}`, cr: 'plant', notes: profile });
  }

  for (const { cr, reason, says } of mistakes) {
    await eventually(`${cr} is stalled`, async () => {
      const stalled = await plant.condition(cr, 'Stalled');
      expect([cr, stalled?.status, stalled?.reason]).toEqual([cr, 'True', reason]);
      for (const part of says) expect(stalled?.message).toContain(part);
      expect(await plant.condition(cr, 'Ready')).toMatchObject({ status: 'False', reason });
    });
    // It follows the status.
    const event = await eventually(`an event of ${cr} says so`, () => {
      const events = plant.events.filter((text) => text.startsWith(`${cr} Warning ${reason}: `));
      expect([cr, events.length]).toEqual([cr, 1]);
      return events[0];
    });
    for (const part of says) expect(event).toContain(part);
  }

  const second = await pushSecond(plant);
  await expectRelease(plant, 'site-0', second);
}, 60_000);
