// Each release, hold and override is recorded once, however often a CR is looked at and whoever leads.
import { expect, test } from '@jest/globals';
import { annotations, type AuditRecord, stokers } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease, pushSecond, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

/** `action outcome trigger commit` of each record about a gateway, in order. */
function told(plant: Plant): readonly string[] {
  const isOfGateway = ({ object }: AuditRecord) => object.gateway !== undefined;
  return plant
    .records()
    .filter(isOfGateway)
    .map(({ action, outcome, trigger, commit }) => [action, outcome, trigger.kind, commit?.slice(0, 8)].join(' '));
}

async function expectTold(plant: Plant, expected: readonly string[]): Promise<void> {
  await eventually('it is recorded', async () => expect(told(plant)).toEqual(expected));
}

/** Has the CR looked at some more: by itself, and by a process that knows nothing of the one before. */
async function lookAgain(plant: Plant): Promise<void> {
  await plant.reportSynced('plant', 'site-0');
  await plant.stop();
  await plant.start();
  // From here on it asks git only when it is told to: what is committed next, it learns by what announces it.
  await eventually('git has answered the new process', async () => {
    expect(await plant.metrics()).toContain('stoker_ref_resolutions_total{transport="http",reason="Succeeded"}');
  });
  await plant.reportSynced('plant', 'site-0', { phase: 'Syncing' });
  const syncedAt = new Date().toISOString();
  await plant.reportSynced('plant', 'site-0', { syncedAt });
  await eventually('the report has arrived', async () => {
    const [gateway] = (await plant.stoker('plant')).status?.discoveredGateways ?? [];
    expect(gateway).toMatchObject({ phase: 'Synced', syncedAt });
  });
}

async function override(plant: Plant, ref: string | null): Promise<void> {
  const patch = { metadata: { annotations: { [annotations.refOverride]: ref } } };
  await plant.client.mergePatch(pods, { namespace: plant.namespace, name: 'site-0' }, patch);
}

test('a push event, its release, and a hold are told once each, and a restart tells none of them again', async () => {
  const plant = thePlant();
  const first = (await releaseFirst(plant)).slice(0, 8);
  const expected = [`release Released newGateway ${first}`];
  await expectTold(plant, expected);
  await lookAgain(plant);

  const pushed = await pushSecond(plant);
  const second = pushed.slice(0, 8);
  expected.push(`release Released pushEvent ${second}`);
  await expectTold(plant, expected);
  const [delivery] = plant.records().filter(({ action }) => action === 'delivery');
  expect(delivery).toMatchObject({ outcome: 'Accepted', commit: pushed, trigger: { sender: 'github' } });
  const release = plant.records().findLast(({ action }) => action === 'release');
  expect(release).toMatchObject({
    object: { namespace: plant.namespace, stoker: 'plant', gateway: 'site-0', pod: 'site-0' },
    trigger: { ...delivery?.trigger },
    repository: plant.repo,
    ref: 'main',
    commit: pushed,
    durationMs: expect.any(Number),
  });
  await lookAgain(plant);

  await changeStoker(plant, { paused: true });
  const third = (await plant.repository.commit({ 'projects/site/third.json': '{}' })).slice(0, 8);
  await plant.client.mergePatch(
    stokers,
    { namespace: plant.namespace, name: 'plant' },
    { metadata: { annotations: { [annotations.syncNow]: 'now' } } },
  );
  expected.push(`hold Held gate ${third}`);
  await expectTold(plant, expected);
  await lookAgain(plant);
  await changeStoker(plant, {});
  expected.push(`release Released gate ${third}`, `hold Ended gate ${third}`);
  await expectTold(plant, expected);
  await lookAgain(plant);
  expect(told(plant)).toEqual(expected);
});

test('an override is taken, over, and refused once each', async () => {
  const plant = thePlant();
  const commit = await releaseFirst(plant);
  const first = commit.slice(0, 8);
  await plant.repository.git(['branch', 'fix', 'main']);
  const fixed = await plant.repository.commit({ 'projects/site/fix.json': '{}' }, { branch: 'fix' });
  const fix = fixed.slice(0, 8);
  const expected = [`release Released newGateway ${first}`];
  await expectTold(plant, expected);

  await override(plant, 'fix');
  expected.push(`override Taken annotation ${fix}`, `release Released annotation ${fix}`);
  await expectTold(plant, expected);
  await lookAgain(plant);
  await override(plant, null);
  await expectRelease(plant, 'site-0', commit);
  expected.push(`override Ended annotation ${fix}`, `release Released annotation ${first}`);
  await expectTold(plant, expected);

  await override(plant, 'nowhere');
  expected.push('override Refused annotation ');
  await expectTold(plant, expected);
  await expectCondition(plant, 'Stalled', { status: 'True', reason: 'RefNotFound' });
  await plant.stop();
  await plant.start();
  await changeStoker(plant, { limits: { maxConcurrentSyncs: 9 } });
  await eventually('it is looked at', async () => {
    const { metadata, status } = await plant.stoker('plant');
    expect(status?.observedGeneration).toBe(metadata.generation);
  });
  await override(plant, null);
  await plant.reportSynced('plant', 'site-0');
  await expectCondition(plant, 'Ready', { status: 'True' });
  expect(told(plant)).toEqual(expected);
});
