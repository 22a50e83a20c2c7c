// Two replicas of controller and injector, whose rights end at one namespace; a node is drained beneath them.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync, secondSync } from '../src/plant/cycle.ts';
import { endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, installStoker, type Plant } from '../src/plant/installPlant.ts';
import { createNamespace, getObject, listObjects } from '../src/plant/resources.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-replicas';
const component = (name: string) => `app.kubernetes.io/component=${name}`;
let plant: Plant;

beforeAll(async () => {
  // The Roles are made in it.
  await createNamespace(namespace);
  const values = ['controller.replicas=2', 'injector.replicas=2', `watchNamespaces={${namespace}}`];
  await installStoker(values.flatMap((value) => ['--set', value]));
  plant = await installPlant(namespace);
});

afterAll(async () => {
  try {
    await plant?.remove();
  } finally {
    await installStoker(); // the suites behind this one go on with the usual installation, whatever was found in this one
  }
});

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

/** The replicas that serve. */
async function replicasOf(name: string): Promise<readonly string[]> {
  const pods = await listObjects<Pod>(releaseNamespace, 'pods', component(name));
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .map(({ metadata }) => metadata.name);
}

async function leader(): Promise<string> {
  const lease = await getObject<{ spec: { holderIdentity?: string } }>(releaseNamespace, 'leases', 'stoker-controller');
  return lease.spec.holderIdentity ?? '';
}

/** What `kubectl drain` does to a pod. */
function evict(name: string): Promise<string> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: releaseNamespace } };
  const path = `/api/v1/namespaces/${releaseNamespace}/pods/${name}/eviction`;
  return kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
}

/** Evicts `first`, sees that no other goes with it, and waits until both are there again. */
async function drain(name: string, first: string): Promise<void> {
  // A probe may have been slow, and the budget counts a moment behind the pods.
  const others = await eventually(`one replica of ${name} may go`, async () => {
    const found = (await replicasOf(name)).filter((replica) => replica !== first);
    expect(found).toHaveLength(1);
    await evict(first);
    return found;
  });
  await expect(evict(others[0] ?? '')).rejects.toThrow('disruption budget');
  await eventually(`two replicas of ${name} serve again`, async () => {
    const now = await replicasOf(name);
    if (now.length !== 2 || now.includes(first)) throw new Error(now.join(' '));
  });
}

test('gateways of the one namespace are injected and synced; nothing may be done in another', async () => {
  await firstSync(plant);
  const asController = `--as=system:serviceaccount:${releaseNamespace}:stoker-controller`;
  const may = (where: string) => kubectl(['-n', where, 'auth', 'can-i', 'list', 'stokers.stoker.io', asController]);
  expect(await may(namespace)).toBe('yes\n');
  await expect(may('default')).rejects.toThrow(/^no$/m);
});

test('the leader is drained: one replica at a time goes, and the other takes the next commit to every gateway', async () => {
  const drained = await leader();
  await drain('controller', drained);
  await eventually('another leads', async () => expect(await replicasOf('controller')).toContain(await leader()));
  expect(await leader()).not.toBe(drained);
  await secondSync(plant);
});

test('an injector is drained, and a pod that is made meanwhile has its agent', async () => {
  const [first = ''] = await replicasOf('injector');
  const remade = kubectl(['-n', namespace, 'delete', 'pod', 'site-0']);
  await drain('injector', first);
  await remade;
  const { spec } = await eventually('the gateway has a pod again', () =>
    getObject<{ spec: { initContainers?: { name: string }[] } }>(namespace, 'pods', 'site-0'),
  );
  expect(spec.initContainers?.map(({ name }) => name)).toContain('stoker-agent');
  await kubectl(['-n', namespace, 'wait', 'pod', '-l', 'app=ignition', '--for=condition=Ready', '--timeout=60s']);
  for (const { problems } of Object.values(await endState(namespace))) expect(problems).toEqual([]);
});
