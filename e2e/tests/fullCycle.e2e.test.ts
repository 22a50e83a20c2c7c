import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, installStoker, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced } from '../src/plant/observe.ts';
import { deliverGitHubPush } from '../src/plant/pushEvent.ts';
import { listObjects } from '../src/plant/resources.ts';
import { readGatewayFile, recordedScans } from '../src/plant/simulator.ts';
import { nextCommit } from '../src/site-repository/nextCommit.ts';
import { plantGateways } from '../src/site-repository/plantGateways.ts';
import { writeRepository } from '../src/site-repository/writeRepository.ts';

const namespace = 'e2e-cycle';
let plant: Plant;

beforeAll(async () => {
  await installStoker();
  plant = await installPlant(namespace);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

describe('the full cycle', () => {
  test('every gateway starts only after its folder is filled', async () => {
    await allSynced(namespace, plant.firstCommit);
    await eventually('every gateway answers', async () => {
      await kubectl(['-n', namespace, 'wait', 'pod', '-l', 'app=ignition', '--for=condition=Ready', '--timeout=5s']);
    });
    for (const { name, project } of plantGateways) {
      expect(
        JSON.parse(await readGatewayFile(namespace, `${name}-0`, `projects/${project}/project.json`)),
      ).toBeDefined();
    }
  }, 240_000);

  test('a push event brings the next commit to every gateway, and what git deleted is gone', async () => {
    const { message, changes } = nextCommit();
    await writeRepository(plant.repository.workTree, changes);
    const commit = await plant.repository.push(message);
    const status = await deliverGitHubPush({ repository: plant.repository.url, branch: 'main', commit });
    expect(status).toBe(202);
    await allSynced(namespace, commit);
    const deleted = [...changes].flatMap(([path, content]) =>
      content === null && path.startsWith('projects/plant-base/') ? [path] : [],
    );
    for (const path of deleted) await expect(readGatewayFile(namespace, 'site-0', path)).rejects.toThrow('ENOENT');
  }, 240_000);

  test('no scan of any gateway saw a problem', async () => {
    for (const { name } of plantGateways) {
      const scans = await recordedScans(namespace, `${name}-0`);
      expect(scans.some(({ cause }) => cause === 'request')).toBe(true);
      expect(scans.flatMap(({ problems }) => problems)).toEqual([]);
    }
  });

  test('without its Stoker nothing of Stoker is left but idle agents and running gateways', async () => {
    await kubectl(['-n', namespace, 'delete', 'stokers', stokerName]);
    await eventually('the documents are gone', async () => {
      const left = await listObjects<{ metadata: { name: string } }>(
        namespace,
        'configmaps,secrets,roles,rolebindings',
        'stoker.io/cr',
      );
      if (left.length > 0) throw new Error(left.map(({ metadata }) => metadata.name).join(', '));
    });
    const pods = await listObjects<{ status: { conditions: { type: string; status: string }[] } }>(
      namespace,
      'pods',
      'app=ignition',
    );
    expect(pods).toHaveLength(plantGateways.length);
    for (const pod of pods)
      expect(pod.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  }, 120_000);
});
