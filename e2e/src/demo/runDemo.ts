import { randomBytes } from 'node:crypto';
import { releaseNamespace, uninstallChart } from '../cluster/install.ts';
import { deleteNamespace, refuseForeignNamespace } from '../cluster/ownership.ts';
import { withProgress } from '../cluster/progress.ts';
import { allReady } from '../plant/cycle.ts';
import { eventually } from '../plant/eventually.ts';
import { installPlant, installStoker, type Plant } from '../plant/installPlant.ts';
import { allSynced } from '../plant/observe.ts';
import { deliverGitHubPush } from '../plant/pushEvent.ts';
import { clockAheadMs, gatewayTree, recordedScans } from '../plant/simulator.ts';
import { type Commit, nextCommit } from '../site-repository/nextCommit.ts';
import { type PlantGateway, plantGateways } from '../site-repository/plantGateways.ts';
import { writeRepository } from '../site-repository/writeRepository.ts';
import { differences, expectedChanges } from './expectedChanges.ts';

/** What was observed. Times in milliseconds; those of gateways are by their own clocks, set against ours. */
export interface DemoFacts {
  readonly firstCommit: string;
  readonly secondCommit: string;
  /** From the start of the command, with everything built, to every gateway's first sync. */
  readonly firstSyncAfterMs: number;
  readonly gateways: readonly GatewayFacts[];
}

interface GatewayFacts {
  readonly name: string;
  /** Files that the second commit changed or deleted there, each compared with git. */
  readonly changes: number;
  /** Scans since the commit was about to be pushed. */
  readonly scans: number;
  /** From the delivery of the push event until the change was there and scanned. */
  readonly arrivedAfterMs: number;
}

export const demoNamespace = 'stoker-demo';
const expectedMs = { install: 12_000, plant: 10_000, firstSync: 15_000, start: 10_000, secondSync: 5_000 };

/** Throws with a sentence where the demo would get in the way of what is somebody else's. */
export async function refuseIfOthersWouldSuffer(): Promise<void> {
  for (const name of [demoNamespace, releaseNamespace]) await refuseForeignNamespace(name);
}

/**
 * Runs the main job and throws when anything is not as it should be. `say` gets a line for each thing done; `startedAtMs` is
 * when the command started, by `performance.now`.
 */
export async function runDemo(say: (line: string) => void, startedAtMs: number): Promise<DemoFacts> {
  const secret = randomBytes(24).toString('hex');
  await withProgress('installing Stoker with its chart', () => installStoker([], secret), expectedMs.install);
  await deleteNamespace(demoNamespace);
  const create = () => installPlant(demoNamespace);
  const plant = await withProgress(
    'creating a git server, its repository and three gateways',
    create,
    expectedMs.plant,
  );
  try {
    const { firstCommit } = plant;
    say(`first commit ${firstCommit.slice(0, 12)}; each gateway waits for its folder`);
    await withProgress('first sync', () => allSynced(demoNamespace, firstCommit), expectedMs.firstSync);
    const firstSyncAfterMs = Math.round(performance.now() - startedAtMs);
    await withProgress('gateways start', () => allReady(demoNamespace), expectedMs.start);
    return { firstCommit, firstSyncAfterMs, ...(await changeArrives(plant, secret, say)) };
  } finally {
    await plant.repository.close();
  }
}

/** Pushes a commit, delivers its push event and sees its changes in every gateway. */
async function changeArrives({ repository }: Plant, secret: string, say: (line: string) => void) {
  const { message, changes } = nextCommit();
  await writeRepository(repository.workTree, changes);
  // Before the push: a poll may come before the push event.
  const lastScans = await Promise.all(plantGateways.map(lastScanOf));
  const secondCommit = await repository.push(message);
  say(`pushed ${secondCommit.slice(0, 12)} "${message}"`);
  const clocksAheadMs = await Promise.all(plantGateways.map(({ name }) => clockAheadMs(demoNamespace, `${name}-0`)));
  const deliveredAtMs = Date.now();
  const status = await deliverGitHubPush({ repository: repository.url, branch: 'main', commit: secondCommit, secret });
  if (status !== 202) throw new Error(`the receiver answered the push event with ${status}`);
  say('delivered a signed GitHub push event');
  const arrivals = plantGateways.map((gateway, index) =>
    eventually(`${gateway.name} has and scans what arrived`, async () => {
      const { scannedAtMs, ...seen } = await observe(gateway, changes, lastScans[index] ?? 0);
      return { ...seen, arrivedAfterMs: scannedAtMs - (clocksAheadMs[index] ?? 0) - deliveredAtMs };
    }),
  );
  const gateways = await withProgress('second sync', () => Promise.all(arrivals), expectedMs.secondSync);
  await allSynced(demoNamespace, secondCommit);
  for (const { name, changes: files, arrivedAfterMs } of gateways)
    say(`  ${name}: ${files} files as in git and scanned ${arrivedAfterMs} ms after the event`);
  return { secondCommit, gateways };
}

/** Takes away what the demo made on a cluster that goes on. The CRDs stay, as with every uninstall of the chart. */
export async function removeDemo(): Promise<void> {
  await deleteNamespace(demoNamespace);
  await uninstallChart();
}

async function lastScanOf({ name }: PlantGateway): Promise<number> {
  return (await recordedScans(demoNamespace, `${name}-0`)).at(-1)?.id ?? 0;
}

/** Looks into the gateway itself: its files are those of the commit, a scan saw them, and no scan saw anything wrong. */
async function observe(
  gateway: PlantGateway,
  changes: Commit['changes'],
  lastScan: number,
): Promise<Omit<GatewayFacts, 'arrivedAfterMs'> & { readonly scannedAtMs: number }> {
  const { name } = gateway;
  const expected = expectedChanges(gateway, changes);
  const wrong = differences(await gatewayTree(demoNamespace, `${name}-0`), expected);
  if (wrong.length > 0) throw new Error(wrong.slice(0, 3).join('; '));
  const scans = await recordedScans(demoNamespace, `${name}-0`);
  const problems = scans.flatMap((scan) => scan.problems);
  if (problems.length > 0) throw new Error(`a scan found problems: ${JSON.stringify(problems.slice(0, 3))}`);
  const since = scans.filter(({ id, cause }) => cause === 'request' && id > lastScan);
  const scannedAtMs = Math.max(...since.map(({ finishedAtMs }) => finishedAtMs));
  if (new Set(since.map(({ kind }) => kind)).size < 2)
    throw new Error('projects and configuration were not both scanned after the push');
  return { name, changes: expected.size, scans: since.length, scannedAtMs };
}
