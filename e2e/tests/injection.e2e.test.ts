import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { releaseName, releaseNamespace } from '../src/cluster/install.ts';
import { firstSync } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { containersOf } from '../src/plant/kill.ts';
import { conditionOf } from '../src/plant/observe.ts';
import { createNamespace } from '../src/plant/resources.ts';

const namespace = 'e2e-injection';
const empty = 'e2e-injection-empty';
let plant: Plant;
let removeEmpty: () => Promise<void>;

beforeAll(async () => {
  removeEmpty = await createNamespace(empty);
  plant = await installPlant(namespace);
  await firstSync(plant);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
  await removeEmpty?.();
}, 150_000);

/** A pod that would be admitted, but for its annotations or its volumes. */
function pod(
  inNamespace: string,
  annotations: Record<string, string>,
  mountPath = '/usr/local/bin/ignition/data',
): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'gateway', namespace: inNamespace, annotations: { 'stoker.io/inject': 'true', ...annotations } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 2003, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'gateway',
          image: 'ignition',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'disk', mountPath }],
        },
      ],
      volumes: [{ name: 'disk', emptyDir: {} }],
    },
  });
}

async function refusal(manifest: string): Promise<string> {
  const error: unknown = await kubectl(['create', '-f', '-'], { input: manifest }).catch((thrown: unknown) => thrown);
  if (!Error.isError(error)) throw new Error('the pod was admitted');
  return error.message;
}

describe('an annotated pod is refused, with what to write', () => {
  test('where there is no Stoker', async () => {
    expect(await refusal(pod(empty, {}))).toContain('namespace "e2e-injection-empty" has no Stoker; create one');
  });

  test('when the Stoker that it names does not exist', async () => {
    const message = await refusal(pod(namespace, { 'stoker.io/cr-name': 'plnt' }));
    expect(message).toContain('plnt');
    expect(message).toContain('stoker.io/cr-name');
    expect(message).toContain(stokerName);
  });

  test('when the profile that it names does not exist', async () => {
    const message = await refusal(pod(namespace, { 'stoker.io/sync-profile': 'area-nroth' }));
    expect(message).toContain('area-nroth');
    expect(message).toContain('stoker.io/sync-profile');
  });

  test('when no volume holds the data folder: the volumes are listed', async () => {
    const message = await refusal(pod(namespace, { 'stoker.io/sync-profile': 'site' }, '/var/lib/other'));
    expect(message).toContain('disk');
    expect(message).toContain('stoker.io/data-volume');
  });
});

test('a pod that starts while no injector runs is found, named, and injected when it is made anew', async () => {
  const injector = ['-n', releaseNamespace, 'deployment', `${releaseName}-injector`] as const;
  const scale = (replicas: number) => kubectl(['scale', `--replicas=${replicas}`, ...injector]);
  const replaced = async () => {
    await kubectl(['-n', namespace, 'delete', 'pod', 'site-0']);
    await eventually('site-0 is made anew', () =>
      kubectl(['-n', namespace, 'wait', 'pod', 'site-0', '--for=condition=Ready', '--timeout=5s']),
    );
  };
  const agents = () => containersOf(namespace, 'gateway=site', 'stoker-agent');
  await scale(0);
  try {
    await eventually('no injector is left', async () => {
      const selector = ['-l', 'app.kubernetes.io/component=injector', '-o', 'name'];
      const left = await kubectl(['-n', releaseNamespace, 'get', 'pods', ...selector]);
      if (left !== '') throw new Error(left);
    });
    await replaced();
    expect(await agents()).toEqual([]);
    await eventually('the Stoker says which pod lacks the agent', async () => {
      const condition = await conditionOf(namespace, 'SidecarInjected');
      expect(condition).toMatchObject({ status: 'False', message: expect.stringContaining('site-0') });
    });
  } finally {
    await scale(2);
    await kubectl(['rollout', 'status', ...injector.slice(2), '-n', releaseNamespace, '--timeout=120s']);
  }
  // A ready replica is known to the node's network a moment later.
  await eventually('the API server reaches the injector', async () => {
    const asked = pod(namespace, { 'stoker.io/sync-profile': 'site' });
    const admitted = await kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], { input: asked });
    if (!admitted.includes('"stoker-agent"')) throw new Error('a pod is admitted without the agent');
  });
  await replaced();
  expect(await agents()).toHaveLength(1);
  await firstSync(plant);
  await eventually('every pod has it again', async () =>
    expect(await conditionOf(namespace, 'SidecarInjected')).toMatchObject({ status: 'True' }),
  );
}, 240_000);
