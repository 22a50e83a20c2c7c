import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { App } from '../app.ts';
import { applyStoker, eventually } from '../testing/cluster.ts';
import { expectCondition } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';
import { repositoryGlob } from './remote.ts';

const thePlant = usePlant();
let strict: App;

/** As in a cluster: with the rule for URLs that authors of CRs are under, and a list of allowed repositories. */
beforeEach(async () => {
  const plant = thePlant();
  await plant.stop();
  strict = await plant.startReplica('strict', {
    leaderElect: false,
    urlScope: 'cluster',
    allowedRepositories: [repositoryGlob('git.example.com/acme/*')],
  });
});
afterEach(() => strict.stop());

test.each([
  ['https://127.0.0.1/acme/plant.git', 'InvalidRepositoryUrl', 'a loopback address'],
  ['https://localhost:3000/acme/plant.git', 'InvalidRepositoryUrl', 'a loopback address'],
  ['http://169.254.169.254/latest/meta-data', 'InvalidRepositoryUrl', 'a link-local address'],
  ['http://2852039166/latest/meta-data', 'InvalidRepositoryUrl', 'a link-local address'],
  ['https://git.example.com/mill/plant.git', 'RepositoryNotAllowed', 'allowedRepositories'],
  ['https://git.example.com/acme/plant/extra.git', 'RepositoryNotAllowed', 'allowedRepositories'],
])(
  '%s is refused as %s',
  async (repo, reason, says) => {
    const plant = thePlant();
    await applyStoker(plant.client, plant.namespace, 'plant', { git: { repo, ref: 'main' } });
    await expectCondition(plant, 'Stalled', { status: 'True', reason, message: expect.stringContaining(says) });
    await eventually('an event says so', () => {
      expect(plant.events).toEqual([expect.stringContaining(`plant Warning ${reason}: spec.git.repo ${repo},`)]);
    });
  },
  30_000,
);
