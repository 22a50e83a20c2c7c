// Agents are told to end in the middle of a large sync, while every gateway scans over and over.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { deliverPush, firstSync, statusOf } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced } from '../src/plant/observe.ts';
import { listObjects } from '../src/plant/resources.ts';
import { recordedScans, startWitness } from '../src/plant/simulator.ts';
import { addView } from '../src/site-repository/projectResources.ts';
import { seededRandom } from '../src/site-repository/random.ts';
import type { RepositoryFiles } from '../src/site-repository/repositoryFiles.ts';
import { writeRepository } from '../src/site-repository/writeRepository.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-shutdown';
const gateways = ['site', 'area-north', 'area-south'];
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace);
  await firstSync(plant);
  // A poll between a push and its push event would begin the sync before anybody looks.
  const silent = JSON.stringify({ spec: { polling: { enabled: false } } });
  await kubectl(['-n', namespace, 'patch', 'stokers', stokerName, '--type=merge', '-p', silent]);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** A commit that makes or changes some thousand files in every gateway, pushed and announced. */
async function pushLargeCommit(revision: number): Promise<string> {
  const files: RepositoryFiles = new Map();
  const random = seededRandom(revision);
  const modifiedAt = `2026-03-03T10:0${revision}:00Z`;
  for (let index = 0; index < 1000; index += 1) {
    addView(files, 'projects/plant-base', `Load/View ${index}`, random, modifiedAt);
  }
  await writeRepository(plant.repository.workTree, files);
  const commit = await plant.repository.push(`large ${revision}`);
  await deliverPush(plant, commit);
  return commit;
}

interface Pod {
  readonly status: {
    readonly initContainerStatuses: readonly {
      readonly name: string;
      readonly restartCount: number;
      readonly lastState: { readonly terminated?: { readonly exitCode: number } };
    }[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

async function agentOf(gateway: string) {
  const [pod] = await listObjects<Pod>(namespace, 'pods', `gateway=${gateway}`);
  const agent = pod?.status.initContainerStatuses.find(({ name }) => name === 'stoker-agent');
  return { restarts: agent?.restartCount ?? 0, exitCode: agent?.lastState.terminated?.exitCode };
}

/** What the agent that ended was doing when it was told to, as its log says. */
async function toldToEndIn(gateway: string): Promise<string | undefined> {
  const log = await kubectl(['-n', namespace, 'logs', `${gateway}-0`, '-c', 'stoker-agent', '--previous']);
  const records = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly reason?: string });
  return records.find(({ msg }) => msg === 'agent is told to end')?.reason;
}

test.each([
  ['at once', 0],
  ['a moment later', 400],
])(
  'told to end %s in the middle of a sync, an agent ends by itself, and no scan ever sees a mixture',
  async (_when, afterMs) => {
    const witnesses = await Promise.all(gateways.map((gateway) => startWitness(namespace, `${gateway}-0`)));
    const restarts = await Promise.all(gateways.map(async (gateway) => (await agentOf(gateway)).restarts));
    const commit = await pushLargeCommit(afterMs === 0 ? 1 : 2);
    await Promise.all(
      gateways.map(async (gateway) => {
        await eventually(`${gateway} is in the middle of it`, async () =>
          expect(await statusOf(namespace, gateway)).toMatchObject({ phase: 'Syncing' }),
        );
        await delay(afterMs);
        const end = ['exec', `${gateway}-0`, '-c', 'stoker-agent', '--', 'sh', '-c', 'kill -TERM 1'];
        await kubectl(['-n', namespace, ...end]);
      }),
    );
    for (const [index, gateway] of gateways.entries()) {
      await eventually(`the agent of ${gateway} has ended and runs again`, async () =>
        expect(await agentOf(gateway)).toEqual({ restarts: (restarts[index] ?? 0) + 1, exitCode: 0 }),
      );
    }
    for (const gateway of gateways) expect(await toldToEndIn(gateway)).toMatch(/^(Syncing|Scanning)$/);
    await allSynced(namespace, commit);
    for (const [index, witness] of witnesses.entries()) {
      const { projects } = await witness.end();
      expect({ gateway: gateways[index], seen: projects.length }).toEqual({ gateway: gateways[index], seen: 2 });
    }
    for (const gateway of gateways) {
      const scans = await recordedScans(namespace, `${gateway}-0`);
      expect(scans.flatMap(({ problems }) => problems)).toEqual([]);
    }
  },
);
