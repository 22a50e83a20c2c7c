// The demo on a cluster known by nothing but its kubeconfig, with images that go through a registry: the local cluster
// stands for any other.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { releaseNamespace, uninstallChart } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { checkout } from '../src/cluster/paths.ts';
import { requireSoundConditions } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installStoker } from '../src/plant/installPlant.ts';
import { getObject } from '../src/plant/resources.ts';
import { type Registry, startRegistry } from '../src/registry/startRegistry.ts';

jest.setTimeout(300_000);
const run = promisify(execFile);
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(async () => {
  await registry?.close();
  await installStoker();
});

function demo(args: readonly string[] = [], stokerRegistry = `${registry.address}/stoker`) {
  const env = {
    ...process.env,
    ...registry.trust,
    STOKER_CLUSTER: 'external',
    STOKER_REGISTRY: stokerRegistry,
  };
  return run('npm', ['run', '-s', 'demo', '--', '--output', 'json', ...args], { cwd: checkout, env });
}

function everythingIn(namespace: string): Promise<string> {
  return kubectl(['-n', namespace, 'get', 'secrets,serviceaccounts', '-o', 'json']);
}

async function imagesIn(namespace: string): Promise<string[]> {
  const everyImage =
    '{range .items[*]}{range .spec.initContainers[*]}{.image}{"\\n"}{end}{range .spec.containers[*]}{.image}{"\\n"}{end}{end}';
  const printed = await kubectl(['-n', namespace, 'get', 'pods', '-o', `jsonpath=${everyImage}`]);
  return [...new Set(printed.trim().split('\n'))].toSorted();
}

test.each(['stoker-demo', releaseNamespace])('leaves a namespace %s of somebody else alone', async (namespace) => {
  await uninstallChart();
  await kubectl(['create', 'namespace', namespace]);
  try {
    await kubectl(['-n', namespace, 'create', 'secret', 'generic', 'receiver', '--from-literal=secret=theirs']);
    // Kubernetes makes one a moment later.
    await eventually('its service account is there', () => getObject(namespace, 'serviceaccounts', 'default'));
    const before = await everythingIn(namespace);
    const message = new RegExp(
      `^the demo failed: the namespace ${namespace} exists .* was not made by this checkout`,
      'm',
    );
    await expect(demo(['--once'])).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    expect(await everythingIn(namespace)).toBe(before);
  } finally {
    await kubectl(['delete', 'namespace', namespace]);
  }
});

test('without a registry it says so in a sentence', async () => {
  const stderr = expect.not.stringMatching(/^ +at /m);
  await expect(demo([], '')).rejects.toMatchObject({ code: 1, stderr });
  await expect(demo([], '')).rejects.toMatchObject({ stderr: expect.stringContaining('STOKER_REGISTRY: set it to') });
});

test('runs the main job with images that the nodes pull from STOKER_REGISTRY', async () => {
  const facts = JSON.parse((await demo()).stdout);
  expect(facts.gateways).toHaveLength(3);
  await requireSoundConditions('stoker-demo');
  for (const { changes, scans } of facts.gateways) {
    expect(changes).toBeGreaterThan(0);
    expect(scans).toBeGreaterThan(0);
  }
  const reference = (name: string) => `${registry.address}/stoker/stoker-${name}:dev`;
  expect(await imagesIn('stoker-demo')).toEqual([
    reference('agent'),
    reference('gateway-sim'),
    reference('git-server'),
  ]);
  expect(await imagesIn(releaseNamespace)).toEqual([reference('controller'), reference('injector')]);
});

test('takes down what it installed, and not the cluster', async () => {
  await demo(['--once']);
  const namespaces = await kubectl(['get', 'namespaces', '-o', 'name']);
  expect(namespaces).toContain('namespace/kube-system');
  expect(namespaces).not.toContain('namespace/stoker-demo');
  expect(namespaces).not.toContain(`namespace/${releaseNamespace}`);
});
