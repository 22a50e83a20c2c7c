import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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

let plant: Plant | undefined;

afterEach(async () => {
  await plant?.remove();
  plant = undefined;
}, 150_000);

/** The whole cycle in a namespace of its own, from the pods to the deleted Stoker, and what it leaves. */
async function runCycle(namespace: string, disturb: Disturb) {
  plant = await installPlant(namespace);
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

let expected: Awaited<ReturnType<typeof runCycle>>;

beforeAll(async () => {
  expected = await runCycle('e2e-undisturbed', undisturbed);
  await plant?.remove();
}, 300_000);

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
  };
}

const component = (name: string) => `app.kubernetes.io/component=${name}`;

// The push event is accepted before its receiver dies, and git dies before anybody asks it for the commit.
const victims: Record<string, (namespace: string) => Disturb> = {
  controller: killed(
    component('controller'),
    'controller',
    ['gatewaysCreated', 'delivered', 'profileEdited', 'stokerDeleted'],
    releaseNamespace,
  ),
  injector: killed(component('injector'), 'injector', ['gatewaysCreated', 'pushed'], releaseNamespace),
  agent: killed('app=ignition', 'stoker-agent', ['gatewaysCreated', 'delivered', 'profileEdited', 'stokerDeleted']),
  git: killed('app=git', 'git', ['gatewaysCreated', 'pushed', 'profileEdited']),
  'api-server': apiServerAway,
};

describe('killed during the cycle and started again', () => {
  test.each(Object.keys(victims))(
    '%s: the end is the same, no scan saw a mixture, no gateway restarted',
    async (name) => {
      const namespace = `e2e-kill-${name}`;
      const disturb = victims[name];
      if (disturb === undefined) throw new Error(`nobody is called ${name}`);
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
