import { expect } from '@jest/globals';
import { applyProfile, applyStoker, createGatewayPod, eventually } from './cluster.ts';
import type { Plant } from './plant.ts';

/** Everything in the repository, to everywhere. */
const everything = { mappings: [{ source: '.', destination: '.' }] };

/** A CR `plant` on `main`, a profile `site`, a gateway `site-0`, and the first commit released to it. */
export async function releaseFirst(plant: Plant, spec: object = {}): Promise<string> {
  const commit = await plant.repository.commit({ 'projects/site/project.json': '{}' });
  await applyProfile(plant.client, plant.namespace, 'site', everything);
  await changeStoker(plant, spec);
  await createGatewayPod(plant.client, plant.namespace, { name: 'site-0', cr: 'plant' });
  await expectRelease(plant, 'site-0', commit);
  return commit;
}

/** The CR with these fields, and its own repository and `main` where they say nothing else. Never polls. */
export async function changeStoker(plant: Plant, spec: object): Promise<void> {
  const git = { repo: plant.repo, ref: 'main' };
  await applyStoker(plant.client, plant.namespace, 'plant', { git, polling: { enabled: false }, ...spec });
}

/** Waits until the gateway is told this commit. */
export async function expectRelease(plant: Plant, gateway: string, commit: string): Promise<void> {
  await eventually(`${gateway} is told ${commit}`, async () => {
    expect((await plant.metadata('plant', gateway)).release?.commit).toBe(commit);
  });
}

/** Waits until the controller has looked at a spec that was changed, knowing its commit: what comes next finds it so. */
export async function expectSeen(plant: Plant, cr = 'plant'): Promise<void> {
  await eventually(`the spec of ${cr} is seen`, async () => {
    const { metadata, status } = await plant.stoker(cr);
    const resolved = { type: 'RefResolved', status: 'True', observedGeneration: metadata.generation };
    expect(status?.conditions).toContainEqual(expect.objectContaining(resolved));
  });
}

/** Waits until a condition of the CR looks like this. */
export async function expectCondition(plant: Plant, type: string, expected: object): Promise<void> {
  await eventually(`${type} is ${JSON.stringify(expected)}`, async () => {
    expect(await plant.condition('plant', type)).toMatchObject(expected);
  });
}

/** What GitHub sends when a branch has moved. */
export function pushOf(plant: Plant, commit: string, ref = 'refs/heads/main'): object {
  return { ref, after: commit, before: '0'.repeat(40), repository: { clone_url: plant.repo } };
}

/** Commits something and delivers the push event. */
export async function pushSecond(plant: Plant): Promise<string> {
  const commit = await plant.repository.commit({ 'projects/site/view.json': '{}' });
  const answer = await plant.push(`/webhook/${plant.namespace}/plant`, pushOf(plant, commit));
  expect(answer.status).toBe(202);
  return commit;
}
