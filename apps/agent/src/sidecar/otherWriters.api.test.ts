// Who else may be there: another pod of the same gateway, and a controller of another version.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MetadataDocument } from '@stoker/crd-types';
import { eventually, readFolder } from '../testing/folder.ts';
import { podUID } from './testing/fixtures.ts';
import { createPlant, token, type Plant } from './testing/plant.ts';
import { createPod, type PodOnApiServer, type SidecarProcess } from './testing/podOnApiServer.ts';

const successorUID = 'pod-2';
let plant: Plant;
let successor: PodOnApiServer;

beforeEach(async () => {
  plant = await createPlant();
  const { client, namespace, crName } = plant;
  successor = createPod({ client, namespace, crName, gatewayName: 'north', podUID: successorUID });
  writeFileSync(join(successor.volumes, 'credentials/token'), token);
  await plant.pod.createReports();
});
afterEach(async () => {
  await successor.close();
  await plant.close();
});

test('of the old and the new pod of a gateway, both alive on one volume, only the one that is named writes', async () => {
  const { pod, repository, kubeconfig, metadata } = plant;
  const agents: Record<string, SidecarProcess> = {
    [podUID]: pod.start(kubeconfig),
    [successorUID]: successor.start(kubeconfig, { STOKER_CONTAINER_DATA_DIR: pod.data }),
  };
  // One that looks into the folder as it starts may keep the other from a try, which is on record as failed.
  const synced = (uid: string) =>
    (agents[uid]?.records() ?? [])
      .filter(({ action, outcome }) => action === 'sync' && outcome === 'Synced')
      .map((record) => record['commit']);
  const written: Record<string, string[]> = { [podUID]: [], [successorUID]: [] };
  for (const [version, uid] of [podUID, successorUID, successorUID, podUID, successorUID].entries()) {
    const commit = await repository.commit({ 'a.txt': `${version}`, [`only-in-${version}.txt`]: 'x' });
    await pod.publish({ ...metadata(commit), podUID: uid });
    await eventually(`${uid} has synced ${version}`, async () => {
      const status = await pod.status();
      return status?.commit === commit && status.podUID === uid;
    });
    written[uid]?.push(commit);
    expect(readFolder(pod.data)['a.txt']).toBe(`${version}`);
  }
  for (const uid of [podUID, successorUID]) {
    await eventually(`${uid} has told of its syncs`, () => synced(uid).length >= (written[uid]?.length ?? 0));
    expect([uid, synced(uid)]).toEqual([uid, written[uid]]);
  }
}, 180_000);

/** The same with a field more in every object of it. */
function fromLater(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromLater);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([key, inner]) => [key, key === 'vars' ? inner : fromLater(inner)]);
  return { ...Object.fromEntries(known), later: { than: ['this', 1] } };
}

test('an agent follows the document of a newer controller, and of one that knows less than itself', async () => {
  const { pod, repository, kubeconfig, metadata, synced } = plant;
  pod.start(kubeconfig);
  const first = await repository.commit({ 'a.txt': '1' });
  await pod.publish(fromLater({ ...metadata(first), releaseTimes: ['2026-01-01T00:00:00Z'] }) as MetadataDocument);
  await synced(first);
  const second = await repository.commit({ 'a.txt': '2' });
  // Nothing in it is optional.
  await pod.publish(metadata(second));
  await synced(second);
  expect(readFolder(pod.data)).toEqual({ 'a.txt': '2' });
  expect(await pod.status()).toMatchObject({ phase: 'Synced', history: [{ commit: second }, { commit: first }] });
}, 120_000);
