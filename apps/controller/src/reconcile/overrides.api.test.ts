// Single pods on a ref of their own, by `stoker.io/ref-override`.
import { describe, expect, test } from '@jest/globals';
import { annotations } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { createGatewayPod, eventually } from '../testing/cluster.ts';
import {
  changeStoker,
  expectCondition,
  expectRelease,
  expectSeen,
  pushOf,
  pushSecond,
  releaseFirst,
} from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

async function override(plant: Plant, pod: string, ref: string | null): Promise<void> {
  const patch = { metadata: { annotations: { [annotations.refOverride]: ref } } };
  await plant.client.mergePatch(pods, { namespace: plant.namespace, name: pod }, patch);
}

/** `site-0` and `site-1` on `main`, and a branch `fix` that is one commit ahead. */
async function withBranch(plant: Plant, spec: object = {}): Promise<{ readonly first: string; readonly fix: string }> {
  const first = await releaseFirst(plant, spec);
  await createGatewayPod(plant.client, plant.namespace, { name: 'site-1', cr: 'plant' });
  await expectRelease(plant, 'site-1', first);
  for (const gateway of ['site-0', 'site-1']) await plant.reportSynced('plant', gateway);
  await plant.repository.git(['branch', 'fix', 'main']);
  const fix = await plant.repository.commit({ 'projects/site/fix.json': '{}' }, { branch: 'fix' });
  return { first, fix };
}

async function gatewayEntry(plant: Plant, gateway: string) {
  return (await plant.stoker('plant')).status?.discoveredGateways?.find(({ name }) => name === gateway);
}

test('one gateway goes to another branch and follows it, alone, and comes back', async () => {
  const plant = thePlant();
  const { first, fix } = await withBranch(plant);
  await override(plant, 'site-0', 'fix');
  await expectRelease(plant, 'site-0', fix);
  const { release } = await plant.metadata('plant', 'site-0');
  expect(release).toMatchObject({ ref: 'fix', source: 'override' });
  expect((await plant.metadata('plant', 'site-1')).release?.commit).toBe(first);
  await plant.reportSynced('plant', 'site-0');
  const runs = `site-0 runs ${fix.slice(0, 8)} of fix`;
  const message = expect.stringMatching(new RegExp(`^${runs}: its pod asks for fix .*, since 20`));
  await expectCondition(plant, 'RefSkew', { status: 'True', reason: 'RefOverridden', message });
  await expectCondition(plant, 'Ready', { status: 'True' });
  expect((await gatewayEntry(plant, 'site-1'))?.conditions).toContainEqual(
    expect.objectContaining({ type: 'RefSkew', status: 'False' }),
  );

  const next = await plant.repository.commit({ 'projects/site/fix.json': '{"b":1}' }, { branch: 'fix' });
  await plant.push(`/webhook/${plant.namespace}/plant`, pushOf(plant, next, 'refs/heads/fix'));
  await expectRelease(plant, 'site-0', next);
  expect((await plant.metadata('plant', 'site-1')).release?.commit).toBe(first);

  await override(plant, 'site-0', null);
  await expectRelease(plant, 'site-0', first);
  expect((await plant.metadata('plant', 'site-0')).release?.source).toBe('rollout');
  await plant.reportSynced('plant', 'site-0');
  await expectCondition(plant, 'RefSkew', { status: 'False' });
});

test('it goes past the gates: a paused Stoker holds the others, and the one again that comes back', async () => {
  const plant = thePlant();
  const { first, fix } = await withBranch(plant);
  await changeStoker(plant, { paused: true });
  await expectSeen(plant);
  const second = await pushSecond(plant);
  await override(plant, 'site-0', 'fix');
  await expectRelease(plant, 'site-0', fix);
  await eventually('the other is held', async () => {
    expect(await plant.metadata('plant', 'site-1')).toMatchObject({
      release: { commit: first },
      held: { gate: 'paused', candidate: { commit: second } },
    });
  });
  await override(plant, 'site-0', null);
  await eventually('the one is held on what it has', async () => {
    expect(await plant.metadata('plant', 'site-0')).toMatchObject({
      release: { commit: fix },
      held: { gate: 'paused', candidate: { commit: second } },
    });
  });
  await changeStoker(plant, {});
  await expectRelease(plant, 'site-0', second);
});

test('a gateway on a ref of its own keeps no rollout from being complete', async () => {
  const plant = thePlant();
  const { fix } = await withBranch(plant);
  await override(plant, 'site-0', 'fix');
  await expectRelease(plant, 'site-0', fix);
  const second = await pushSecond(plant);
  await expectRelease(plant, 'site-1', second);
  await plant.reportSynced('plant', 'site-1');
  await eventually('the rollout is recorded', async () => {
    expect((await gatewayEntry(plant, 'site-1'))?.commit).toBe(second);
  });
  await changeStoker(plant, { paused: true });
  await expectSeen(plant);
  await createGatewayPod(plant.client, plant.namespace, { name: 'site-2', cr: 'plant' });
  await eventually('a new gateway begins with it', async () => {
    expect((await plant.metadata('plant', 'site-2')).release).toMatchObject({ commit: second, source: 'bootstrap' });
  });
});

describe('a bad override says so, changes nothing, and is over once it is taken away', () => {
  test.each<[string, string, object, string, string]>([
    ['of a branch that is not there', 'nowhere', {}, 'RefNotFound', 'nowhere'],
    ['of no ref', 'a..b', {}, 'InvalidRef', '"a..b"'],
    ['where none is allowed', 'fix', { allowRefOverride: false }, 'RefOverrideNotAllowed', 'spec.allowRefOverride'],
  ])('%s', async (_what, ref, spec, reason, says) => {
    const plant = thePlant();
    const { first } = await withBranch(plant, spec);
    await override(plant, 'site-0', ref);
    const message = expect.stringContaining(says);
    await eventually('the gateway says so', async () => {
      expect((await gatewayEntry(plant, 'site-0'))?.error).toMatchObject({ reason, message });
    });
    await expectCondition(plant, 'Stalled', { status: 'True', reason, message });
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(first);
    const second = await pushSecond(plant);
    await expectRelease(plant, 'site-1', second);
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(first);
    await override(plant, 'site-0', null);
    await expectRelease(plant, 'site-0', second);
    for (const gateway of ['site-0', 'site-1']) await plant.reportSynced('plant', gateway);
    await expectCondition(plant, 'Ready', { status: 'True' });
  });
});
