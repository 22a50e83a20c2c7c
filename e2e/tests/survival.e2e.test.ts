import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseCluster } from '../src/cluster/chooseCluster.ts';
import { releaseNamespace } from '../src/cluster/install.ts';
import {
  allCreated,
  type Disturb,
  editedGateway,
  editProfile,
  firstSync,
  type Moment,
  removeStoker,
  secondSync,
  undisturbed,
} from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant } from '../src/plant/installPlant.ts';
import { killUntilRestarted } from '../src/plant/kill.ts';
import { startWitness } from '../src/plant/simulator.ts';

const plants: Plant[] = [];

/** One that cannot be removed fails the test that it was of, and none of the next. */
async function removePlants(): Promise<void> {
  await Promise.all(plants.splice(0).map((plant) => plant.remove()));
}

afterEach(removePlants, 150_000);

let apiServerBackAtMs = 0;

// The parts of Kubernetes watch by client-go, which tries again up to a minute after as many failures: until then, the next suite's
// namespace has no service account, its pods no node and its Services no address.
afterAll(async () => {
  await sleep(Math.max(0, apiServerBackAtMs + 60_000 - performance.now()));
}, 90_000);

/** The whole cycle in a namespace of its own, from the pods to the deleted Stoker, and what it leaves. */
async function runCycle(namespace: string, disturb: Disturb) {
  const plant = await installPlant(namespace);
  plants.push(plant);
  // A pod that is made while no injector runs goes without its agent, as the chart's failurePolicy has it.
  await allCreated(namespace);
  await disturb('gatewaysCreated');
  await firstSync(plant);
  const witness = await startWitness(namespace, `${editedGateway.name}-0`);
  await secondSync(plant, disturb);
  await editProfile(plant, disturb);
  const { projects, config } = await witness.end();
  const gateways = await endState(namespace);
  // An edited profile has a status of its own, which nothing above waited for.
  await eventually('the conditions are sound', async () => expect(await conditionFindings(namespace)).toEqual([]));
  await removeStoker(plant, disturb);
  expect(await endState(namespace)).toEqual(gateways);
  return { gateways, seen: { projects, oldConfigAgain: config.length - new Set(config).size } };
}

/** Kills a container at moments of the cycle, and sees it come back. */
function killed(selector: string, container: string, moments: readonly Moment[], inNamespace?: string) {
  return (namespace: string): Disturb =>
    async (moment) => {
      if (moments.includes(moment)) await killUntilRestarted(inNamespace ?? namespace, selector, container);
    };
}

function apiServerAway(): Disturb {
  const cluster = chooseCluster();
  return async (moment) => {
    if (moment === 'pushed') return;
    await cluster.stopComponent('kube-apiserver');
    await sleep(5_000);
    await cluster.startComponent('kube-apiserver');
    apiServerBackAtMs = performance.now();
  };
}

const component = (name: string) => `app.kubernetes.io/component=${name}`;

// The push event is accepted before its receiver dies, and git dies before anybody asks it for the commit.
const ofOneNamespace: Record<string, (namespace: string) => Disturb> = {
  agent: killed('app=ignition', 'stoker-agent', ['gatewaysCreated', 'delivered', 'profileEdited', 'stokerDeleted']),
  git: killed('app=git', 'git', ['gatewaysCreated', 'pushed', 'profileEdited']),
};
const ofAll: Record<string, (namespace: string) => Disturb> = {
  controller: killed(
    component('controller'),
    'controller',
    ['gatewaysCreated', 'delivered', 'profileEdited', 'stokerDeleted'],
    releaseNamespace,
  ),
  injector: killed(component('injector'), 'injector', ['gatewaysCreated', 'pushed'], releaseNamespace),
  'api-server': apiServerAway,
};

type Outcome = Awaited<ReturnType<typeof runCycle>>;
let expected: Outcome;
let besideIt: Readonly<Record<string, Outcome>>;

// Each cycle waits most of its time, in the end for the garbage collector. What is killed in one is not missed in another.
beforeAll(async () => {
  const besides = Object.entries(ofOneNamespace).map(async ([name, disturb]) => {
    const namespace = `e2e-kill-${name}`;
    return [name, await runCycle(namespace, disturb(namespace))] as const;
  });
  const [undisturbedOutcome, ...others] = await Promise.all([runCycle('e2e-undisturbed', undisturbed), ...besides]);
  expected = undisturbedOutcome;
  besideIt = Object.fromEntries(others);
  await removePlants();
}, 500_000);

describe('killed during the cycle and started again: the end is the same, no scan saw a mixture, no gateway restarted', () => {
  test.each(Object.keys(ofOneNamespace))('%s', (name) => {
    expect(besideIt[name]).toEqual(expected);
  });

  test.each(Object.entries(ofAll))(
    '%s',
    async (name, disturb) => {
      const namespace = `e2e-kill-${name}`;
      expect(await runCycle(namespace, disturb(namespace))).toEqual(expected);
    },
    500_000,
  );
});

test('the cycle left something to compare, and nothing went wrong in it by itself', () => {
  for (const { tree, problems, restarts } of Object.values(expected.gateways)) {
    expect(Object.keys(tree).length).toBeGreaterThan(200);
    expect({ problems, restarts }).toEqual({ problems: [], restarts: 0 });
  }
  expect(expected.seen).toEqual({ projects: [expect.any(String), expect.any(String)], oldConfigAgain: 0 });
});
