// The life of an installation, from the OCI registry that images and chart were released to: install the release before this
// checkout, upgrade to this one, roll back, uninstall, install again, over gateways that run all the time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { helm } from '../src/cluster/helm.ts';
import { releaseName, releaseNamespace, uninstallChart } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { allReady, deliverPush, firstSync } from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { createReceiverSecret, installPlant, installStoker, type Plant } from '../src/plant/installPlant.ts';
import { allSynced, conditionOf } from '../src/plant/observe.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';
import { previousSources, theseSources } from '../src/registry/previousRelease.ts';
import { planRelease, releaseStep } from '../src/registry/releaseTo.ts';
import { type Registry, startRegistry } from '../src/registry/startRegistry.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-installation';
const [first, second] = ['7.8.9', '7.9.0'];
const inNamespace = ['--namespace', releaseNamespace];

let folder: string;
let registry: Registry;
let plant: Plant;

// Libraries of the release before come over the network, and both are built.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-installation-'));
  registry = await startRegistry();
  const versions = { [first]: await previousSources(join(folder, 'previous')), [second]: theseSources };
  for (const [version, sources] of Object.entries(versions)) {
    planRelease(join(folder, version), version);
    for (const step of ['images', 'index', 'chart']) await releaseStep(registry, join(folder, version), step, sources);
  }
  await uninstallChart();
}, 1_200_000);

afterAll(async () => {
  await plant?.remove();
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
  await installStoker();
});

const valuesOf = {
  install: ['--set', 'receiver.existingSecret=receiver'],
  upgrade: ['--reset-then-reuse-values'],
};

/** `helm install` or `helm upgrade` with the released chart, as the docs say it. */
async function chart(verb: keyof typeof valuesOf, version: string): Promise<void> {
  const released = [`oci://${registry.address}/stoker/charts/stoker`, '--version', version];
  const options = [...valuesOf[verb], '--wait', '--timeout', '3m'];
  await helm([verb, releaseName, ...released, ...inNamespace, ...options], registry.trust);
}

/**
 * Waits until `version` alone runs, as the tags of images tell: pods of the one before take a moment to end, and agents are
 * replaced one after another.
 */
function onlyRuns(version: string, selector: string, where: string): Promise<string[]> {
  const check = async () => {
    const versions = await versionsRunning(selector, where);
    if (versions.join() !== version) throw new Error(`these run: ${versions.join(', ')}`);
    return versions;
  };
  return eventually(`of ${selector} version ${version} alone runs`, check, 120_000);
}

const stokerRuns = (version: string) => onlyRuns(version, 'app.kubernetes.io/name=stoker', releaseNamespace);
const agentsRun = (version: string) => onlyRuns(version, 'app=ignition', namespace);

/** Deletes a gateway's pod; the one that comes in its place gets its agent from the injector of this version. */
async function injectsAgain(version: string): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'pod', 'site-0']);
  await onlyRuns(version, 'statefulset.kubernetes.io/pod-name=site-0', namespace);
  await allReady(namespace);
}

async function versionsRunning(selector: string, where: string): Promise<string[]> {
  const images =
    '{range .items[*]}{range .spec.initContainers[*]}{.image} {end}{range .spec.containers[*]}{.image} {end}{end}';
  const printed = await kubectl(['-n', where, 'get', 'pods', '-l', selector, '-o', `jsonpath=${images}`]);
  const stoker = printed
    .trim()
    .split(/\s+/)
    .filter((image) => image.startsWith(registry.address));
  return [...new Set(stoker.map((image) => image.split(':').at(-1) ?? image))];
}

/** Pushes a file that every gateway gets, without telling anybody. */
async function push(content: string): Promise<string> {
  writeFileSync(join(plant.repository.workTree, 'projects/plant-base/NOTE.md'), content);
  return plant.repository.push(content);
}

/** Pushes and waits until every gateway has it. */
async function syncs(content: string): Promise<void> {
  const commit = await push(content);
  await deliverPush(plant, commit);
  await allSynced(namespace, commit);
  expect(await readGatewayFile(namespace, 'site-0', 'projects/plant-base/NOTE.md')).toBe(content);
}

async function expectCalmGateways(): Promise<void> {
  for (const { problems, restarts } of Object.values(await endState(namespace))) {
    expect({ problems, restarts }).toEqual({ problems: [], restarts: 0 });
  }
}

test('installs from oci://, and three gateways sync', async () => {
  await createReceiverSecret();
  await chart('install', first);
  plant = await installPlant(namespace);
  await firstSync(plant);
  expect(await stokerRuns(first)).toEqual([first]);
  expect(await agentsRun(first)).toEqual([first]);
  // From here on a push that is lost stays lost: nobody asks the git server but on a push event.
  const silent = JSON.stringify({ spec: { polling: { enabled: false } } });
  await kubectl(['-n', namespace, 'patch', 'stokers', 'plant', '--type=merge', '-p', silent]);
  await syncs('first');
});

test('an upgrade loses no push that is made meanwhile, and restarts no gateway', async () => {
  const pushes = async () => {
    for (const content of ['while upgrading', 'still upgrading', 'upgrading yet']) await syncs(content);
  };
  await Promise.all([chart('upgrade', second), pushes()]);
  await stokerRuns(second);
  // A sidecar changes with its pod, when whoever runs the plant restarts the gateway.
  await agentsRun(first);
  await eventually('the agents are told to be outdated', async () =>
    expect(await conditionOf(namespace, 'AgentOutdated')).toMatchObject({ status: 'True', reason: 'AgentOutdated' }),
  );
  await injectsAgain(second);
  await syncs('upgraded, with agents of before and of now');
  await expectCalmGateways();
});

test('agents are upgraded in their running pods, and the gateways run on', async () => {
  const pods = () =>
    kubectl(['-n', namespace, 'get', 'pods', '-l', 'app=ignition', '-o', 'jsonpath={.items[*].metadata.uid}']);
  const before = await pods();
  const inPlace = JSON.stringify({ spec: { agent: { upgradePolicy: 'InPlace' } } });
  await kubectl(['-n', namespace, 'patch', 'stokers', 'plant', '--type=merge', '-p', inPlace]);
  await agentsRun(second);
  await eventually('none is outdated', async () =>
    expect(await conditionOf(namespace, 'AgentOutdated')).toMatchObject({ status: 'False' }),
  );
  await syncs('with the agents of now');
  expect(await pods()).toBe(before);
  await expectCalmGateways();
});

test('rolls back, and goes on', async () => {
  await helm(['rollback', releaseName, '1', ...inNamespace, '--wait', '--timeout', '3m']);
  await stokerRuns(first);
  await agentsRun(first);
  await injectsAgain(first);
  await syncs('rolled back');
  await expectCalmGateways();
  expect(await conditionFindings(namespace)).toEqual([]);
});

test('an uninstall leaves gateways, folders and resources as they are, and no webhook behind', async () => {
  const before = await endState(namespace);
  await helm(['uninstall', releaseName, ...inNamespace, '--wait', '--timeout', '2m']);
  await allReady(namespace);
  expect(await endState(namespace)).toEqual(before);
  expect(await kubectl(['-n', namespace, 'get', 'stokers', '-o', 'name'])).toBe('stoker.stoker.io/plant\n');
  const left = await kubectl(['get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations', '-o', 'name']);
  expect(left).not.toContain('stoker');
});

test('installed again, it takes the gateways over', async () => {
  await chart('install', second);
  expect(await stokerRuns(second)).toEqual([second]);
  await syncs('installed again');
  // Their agents are replaced meanwhile, as the Stoker asks still.
  await agentsRun(second);
  await eventually('none is outdated', async () =>
    expect(await conditionOf(namespace, 'AgentOutdated')).toMatchObject({ status: 'False' }),
  );
  await expectCalmGateways();
});
