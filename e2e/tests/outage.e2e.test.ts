import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync, metadataOf, pushNext } from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { containersOf, killContainers } from '../src/plant/kill.ts';
import { allSynced, type ObservedStoker } from '../src/plant/observe.ts';
import { getObject } from '../src/plant/resources.ts';
import { gatewayTree } from '../src/plant/simulator.ts';
import { watchEndpoints } from '../src/plant/watchEndpoints.ts';

const namespace = 'e2e-outage';
const pod = 'site-0';
/** The gateway whose folder outlives its pods. */
const kept = 'area-north';
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace, (gateway) => ({ ...gateway, keepsFolder: gateway.name === kept }));
  await firstSync(plant);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

const agentRestarts = async () =>
  (await containersOf(namespace, 'gateway=site', 'stoker-agent')).map(({ restartCount }) => restartCount);

const inAgent = (...command: string[]) =>
  kubectl(['-n', namespace, 'exec', pod, '-c', 'stoker-agent', '--', ...command]);
const agentProcess = async () => (await inAgent('pidof', 'node')).trim();

test('with git down and its agent killed, a gateway gets requests without a break', async () => {
  const endpoints = await watchEndpoints(namespace, 'site');
  const before = await agentRestarts();
  try {
    await plant.repository.setReachable(false);
    const process = await agentProcess();
    // The first process of the container kills whatever else runs in it then, at times this very command, too.
    await inAgent('kill', '-KILL', process).catch(() => undefined);
    await eventually('the agent is started again', async () => expect(await agentProcess()).not.toBe(process));
    await eventually('it is alive', () => inAgent('wget', '-q', '-O', '-', 'http://127.0.0.1:9808/livez'));
    await eventually('it passes the startup probe', () =>
      inAgent('wget', '-q', '-O', '-', 'http://127.0.0.1:9808/startupz'),
    );
    expect(await agentRestarts()).toEqual(before);
    expect(endpoints.seen).toEqual([{ pods: 1, ready: 1 }]);
  } finally {
    endpoints.close();
    await plant.repository.setReachable(true);
  }
}, 120_000);

test('with git down and its whole agent container killed, a gateway stays in its Service and does not restart', async () => {
  const endpoints = await watchEndpoints(namespace, 'site');
  const before = await agentRestarts();
  try {
    await plant.repository.setReachable(false);
    await killContainers(namespace, 'gateway=site', 'stoker-agent');
    await eventually('the agent is started again and has passed its startup probe', async () => {
      const [agent] = await containersOf(namespace, 'gateway=site', 'stoker-agent');
      if (agent?.restartCount === before[0] || agent?.started !== true) throw new Error(JSON.stringify(agent));
    });
    // The kubelet calls a pod unready from the death of a sidecar to its next start, whatever the sidecar is. It must not
    // be longer: git is still away.
    await eventually('the pod gets requests again', async () => expect(endpoints.seen.at(-1)?.ready).toBe(1));
    expect(endpoints.seen.every(({ pods }) => pods === 1)).toBe(true);
    expect((await endState(namespace))['site']?.restarts).toBe(0);
  } finally {
    endpoints.close();
    await plant.repository.setReachable(true);
  }
}, 120_000);

test('a paused Stoker gives new pods their last release, on an empty volume and on the one they had, and says what it holds back', async () => {
  const names = ['site', kept];
  const before = await Promise.all(names.map(stateOf));
  await pause(true);
  const commit = await pushNext(plant);
  for (const name of names) {
    const held = await eventually(`the new commit is held for ${name}`, async () => {
      const stoker = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
      const gateway = stoker.status?.discoveredGateways?.find((other) => other.name === name);
      if (gateway?.held === undefined) throw new Error(JSON.stringify(stoker.status));
      return gateway.held;
    });
    expect(held).toMatchObject({ gate: 'paused', reason: 'Paused' });
  }

  await Promise.all(names.map(replacePod));
  const inodes = new Map<string, string>();
  for (const { gateway, inode: _inode, ...same } of before) {
    await eventually(`the folder of ${gateway} is as it was`, async () => {
      const { inode: inodeNow, ...state } = await stateOf(gateway);
      expect(state).toEqual({ gateway, ...same });
      inodes.set(gateway, inodeNow);
    });
  }
  // On the volume that it had, nothing was written again.
  expect(inodes.get(kept)).toBe(before.find(({ gateway }) => gateway === kept)?.inode);

  await pause(false);
  await allSynced(namespace, commit);
  expect(await conditionFindings(namespace)).toEqual([]);
}, 240_000);

/** What a gateway is meant to run, what it has, and which file on its disk one of those is. */
async function stateOf(gateway: string) {
  const tree = await gatewayTree(namespace, `${gateway}-0`);
  const { release } = await metadataOf(namespace, gateway);
  return { gateway, tree, release: release?.id, inode: await inodeOf(`${gateway}-0`, Object.keys(tree)[0] ?? '') };
}

async function replacePod(gateway: string): Promise<void> {
  const name = `${gateway}-0`;
  const { metadata } = await getObject<{ metadata: { uid: string } }>(namespace, 'pods', name);
  await kubectl(['-n', namespace, 'delete', 'pod', name]);
  await eventually(`the new pod of ${gateway} is ready`, async () => {
    const found = await getObject<{ metadata: { uid: string } }>(namespace, 'pods', name);
    if (found.metadata.uid === metadata.uid) throw new Error('the old pod is still there');
    await kubectl(['-n', namespace, 'wait', 'pod', name, '--for=condition=Ready', '--timeout=5s']);
  });
}

/** Which file on its disk a path is: another one once it is written again. Throws when it is not there. */
function inodeOf(inPod: string, path: string): Promise<string> {
  const program = `process.stdout.write(String(fs.statSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}).ino))`;
  return kubectl(['-n', namespace, 'exec', inPod, '-c', 'gateway', '--', 'node', '-e', program]);
}

async function pause(paused: boolean): Promise<void> {
  const patch = JSON.stringify({ spec: { paused } });
  await kubectl(['-n', namespace, 'patch', 'stokers', stokerName, '--type=merge', '-p', patch]);
}
