import { expect, test } from '@jest/globals';
import { parseSyncProfile, type SyncProfileStatus } from '@stoker/crd-types';
import type { KubeClient, KubeObject } from '@stoker/kube';
import { createAnnounced } from '../reconcile/announced.ts';
import { reconcileProfile } from './reconcileProfile.ts';

const profile = parseSyncProfile({
  apiVersion: 'stoker.io/v1alpha1',
  kind: 'SyncProfile',
  metadata: { name: 'area', namespace: 'ns', uid: '1' },
  spec: { mappings: [{ source: '.', destination: '.' }], dependsOn: [{ profileName: 'site' }] },
});

test('what is wrong with a profile is an event once its status is written, however often that was tried', async () => {
  const events: string[] = [];
  let isAway = true;
  const announced = createAnnounced<SyncProfileStatus>();
  const mergePatch = async <T extends KubeObject>() => {
    if (isAway) throw new Error('the API server is away');
    return profile as KubeObject as T;
  };
  const attempt = () =>
    reconcileProfile('ns/area', {
      client: { mergePatch } as Partial<KubeClient> as KubeClient,
      profiles: { get: () => profile, wrote: () => undefined, observed: () => false },
      neighbours: () => [profile],
      combinations: () => [],
      announced,
      events: { record: ({ reason }) => void events.push(reason), stop: async () => undefined },
      now: () => new Date(0),
    });
  for (const _ of [1, 2]) await expect(attempt()).rejects.toThrow('the API server is away');
  expect(events).toEqual([]);
  isAway = false;
  await attempt();
  expect(events).toEqual(['DependencyNotFound']);
});
