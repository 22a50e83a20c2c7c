import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import {
  addedFile,
  editedGateway,
  editProfile,
  firstSync,
  metadataOf,
  pushNext,
  removeStoker,
  renamedFolder,
} from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant } from '../src/plant/installPlant.ts';
import { allSynced } from '../src/plant/observe.ts';
import { listObjects } from '../src/plant/resources.ts';
import { gatewayTree, readGatewayFile, recordedScans, startWitness } from '../src/plant/simulator.ts';
import { nextCommit } from '../src/site-repository/nextCommit.ts';
import { plantGateways } from '../src/site-repository/plantGateways.ts';

const namespace = 'e2e-cycle';
let plant: Plant;
/** After the first sync. */
let atFirst: Awaited<ReturnType<typeof endState>>;

beforeAll(async () => {
  plant = await installPlant(namespace);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

describe('the full cycle', () => {
  test('every gateway starts only after its folder is filled', async () => {
    await firstSync(plant);
    for (const { name, project } of plantGateways) {
      const text = await readGatewayFile(namespace, `${name}-0`, `projects/${project}/project.json`);
      expect(JSON.parse(text)).toHaveProperty('title');
      const first = (await recordedScans(namespace, `${name}-0`)).find(({ kind }) => kind === 'projects');
      const projects = ['plant-base', project].toSorted();
      expect(first).toMatchObject({ cause: 'start', problems: [], projects });
    }
    atFirst = await endState(namespace);
  }, 240_000);

  test('a push event brings the next commit to every gateway, and no scan on the way sees a mixture', async () => {
    const witness = await startWitness(namespace, 'area-north-0');
    const commit = await pushNext(plant);
    await allSynced(namespace, commit);
    expect((await witness.end()).projects).toHaveLength(2);
  }, 240_000);

  test('what git deleted is gone', async () => {
    const deleted = [...nextCommit().changes].flatMap(([path, content]) => (content === null ? [path] : []));
    const left = ({ tree }: { tree: object }) => deleted.filter((path) => path in tree).length;
    expect(Object.values(atFirst).some((state) => left(state) > 0)).toBe(true);
    for (const state of Object.values(await endState(namespace))) expect(left(state)).toBe(0);
  });

  test('an edited profile is a new release of its own gateway, and of no other', async () => {
    const others = plantGateways.filter(({ name }) => name !== editedGateway.name);
    const releases = async () =>
      Promise.all(others.map(async ({ name }) => (await metadataOf(namespace, name)).release?.id));
    const before = await releases();
    await editProfile(plant);
    expect(await releases()).toEqual(before);
    const properties = await readGatewayFile(namespace, `${editedGateway.name}-0`, `${renamedFolder}/config.json`);
    expect(JSON.parse(properties)).toMatchObject({ systemName: `plant-${editedGateway.name}`, httpPort: 8088 });
    for (const { name } of others) expect(await gatewayTree(namespace, `${name}-0`)).not.toHaveProperty([addedFile]);
  }, 120_000);

  test('every gateway was asked to scan, and no scan saw a problem', async () => {
    for (const { name } of plantGateways) {
      const scans = await recordedScans(namespace, `${name}-0`);
      expect(scans.some(({ cause }) => cause === 'request')).toBe(true);
    }
    for (const { problems } of Object.values(await endState(namespace))) expect(problems).toEqual([]);
  });

  test('every part serves its metrics', async () => {
    const scrape = (inNamespace: string, pod: string, port: number) =>
      kubectl(['get', '--raw', `/api/v1/namespaces/${inNamespace}/pods/${pod}:${port}/proxy/metrics`]);
    expect(await scrape(namespace, 'site-0', 9808)).toContain('stoker_agent_syncs_total{outcome="synced"}');
    const metrics = { controller: 'stoker_ref_resolutions_total', injector: 'stoker_injector_admissions_total' };
    for (const [component, metric] of Object.entries(metrics)) {
      const selector = `app.kubernetes.io/component=${component}`;
      const [pod] = await listObjects<Pod>(releaseNamespace, 'pods', selector);
      expect(await scrape(releaseNamespace, pod?.metadata.name ?? '', 8081)).toContain(metric);
    }
  }, 60_000);

  test('the conditions of all resources say one thing', async () => {
    expect(await conditionFindings(namespace)).toEqual([]);
  });

  test('without its Stoker nothing of Stoker is left but idle agents and running gateways', async () => {
    const before = await endState(namespace);
    await removeStoker(plant);
    const pods = await listObjects<Pod>(namespace, 'pods', 'app=ignition');
    expect(pods).toHaveLength(plantGateways.length);
    for (const { metadata, status } of pods) {
      expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      await eventually(`the agent in ${metadata.name} knows`, async () =>
        expect(await kubectl(['-n', namespace, 'logs', metadata.name, '-c', 'stoker-agent'])).toContain(
          'metadata document is gone',
        ),
      );
    }
    expect(await endState(namespace)).toEqual(before);
  }, 120_000);
});
