import { kubectl } from '../cluster/kubectl.ts';
import { withProgress } from '../cluster/progress.ts';
import { allReady } from '../plant/cycle.ts';
import { eventually } from '../plant/eventually.ts';
import { installPlant, installStoker } from '../plant/installPlant.ts';
import { allSynced } from '../plant/observe.ts';
import { deliverGitHubPush } from '../plant/pushEvent.ts';
import { readGatewayFile, recordedScans } from '../plant/simulator.ts';
import { nextCommit } from '../site-repository/nextCommit.ts';
import { plantGateways } from '../site-repository/plantGateways.ts';
import { writeRepository } from '../site-repository/writeRepository.ts';

/** What was observed. Times are from the delivery of the push event, in milliseconds. */
export interface DemoFacts {
  readonly firstCommit: string;
  readonly secondCommit: string;
  readonly gateways: readonly { readonly name: string; readonly scans: number; readonly arrivedAfterMs: number }[];
}

const namespace = 'plant';

/** Runs the main job and throws when anything is not as it should be. `say` gets a line for each thing done. */
export async function runDemo(say: (line: string) => void): Promise<DemoFacts> {
  await withProgress('installing Stoker with its chart', installStoker);
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
  const plant = await withProgress('creating a git server, its repository and three gateways', () =>
    installPlant(namespace),
  );
  try {
    say(`first commit ${plant.firstCommit.slice(0, 12)}; each gateway waits for its folder`);
    await withProgress('first sync', () => allSynced(namespace, plant.firstCommit));
    await withProgress('gateways start', () => allReady(namespace));
    const { message, changes } = nextCommit();
    await writeRepository(plant.repository.workTree, changes);
    const secondCommit = await plant.repository.push(message);
    say(`pushed ${secondCommit.slice(0, 12)} "${message}"`);
    const deliveredAt = Date.now();
    const status = await deliverGitHubPush({ repository: plant.repository.url, branch: 'main', commit: secondCommit });
    if (status !== 202) throw new Error(`the receiver answered the push event with ${status}`);
    say('delivered a signed GitHub push event');
    await withProgress('second sync', () => allSynced(namespace, secondCommit));
    const gateways = [];
    for (const { name } of plantGateways) {
      const seen = await eventually(`${name} scans what arrived`, () => observe(name, deliveredAt));
      const gateway = { name, ...seen };
      say(`  ${name}: changed and scanned ${gateway.arrivedAfterMs} ms after the event`);
      gateways.push(gateway);
    }
    return { firstCommit: plant.firstCommit, secondCommit, gateways };
  } finally {
    await plant.repository.close();
  }
}

/** Looks into the gateway itself: the new script is there, a scan saw it, and no scan saw anything wrong. */
async function observe(gateway: string, deliveredAt: number): Promise<{ scans: number; arrivedAfterMs: number }> {
  const pod = `${gateway}-0`;
  await readGatewayFile(namespace, pod, 'projects/plant-base/project.json');
  const scans = await recordedScans(namespace, pod);
  const problems = scans.flatMap((scan) => scan.problems);
  if (problems.length > 0)
    throw new Error(`${gateway} found problems in its folder: ${JSON.stringify(problems.slice(0, 3))}`);
  const after = scans.filter((scan) => scan.cause === 'request' && scan.finishedAtMs >= deliveredAt);
  const last = after.at(-1);
  if (!last) throw new Error(`${gateway} was not scanned after the push event`);
  return { scans: after.length, arrivedAfterMs: last.finishedAtMs - deliveredAt };
}
