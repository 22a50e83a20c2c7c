import { pods } from '@stoker/kube';
import { ownClient } from '../cluster/ownClient.ts';
import { eventually } from './eventually.ts';
import { listKinds } from './resources.ts';

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: object };
  /** Of the container before it, as long as the kubelet has that: it may remove it at any time. */
  readonly lastState?: { readonly terminated?: object };
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

interface Said {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Pod extends Said {
  readonly spec: {
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
  readonly status: {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Objects that people may read who may not read Secrets. */
const kinds = [
  'pods',
  'configmaps',
  'events',
  'events.events.k8s.io',
  'leases',
  'deployments',
  'statefulsets',
  'services',
  'roles',
  'rolebindings',
  'serviceaccounts',
  'stokers.stoker.io',
  'syncprofiles.stoker.io',
];

/**
 * Everything that programs and API objects of these namespaces say, except in Secrets: a name for each source → its text. Pods
 * that end meanwhile say what they can.
 */
export async function everythingSaid(namespaces: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const said = await Promise.all(namespaces.map(saidIn));
  return new Map(said.flat());
}

type Source = readonly [name: string, text: string];

async function saidIn(namespace: string): Promise<readonly Source[]> {
  const items = await listKinds<Said | Pod>(namespace, kinds);
  const objects = items.map((object): Source => [
    `${object.kind} ${object.metadata.name} in ${namespace}`,
    JSON.stringify(object),
  ]);
  const found = items.filter((object): object is Pod => object.kind === 'Pod');
  return [...objects, ...(await Promise.all(found.map((pod) => saidByPod(namespace, pod)))).flat()];
}

async function saidByPod(namespace: string, { metadata, spec, status }: Pod): Promise<readonly Source[]> {
  const inNamespace = `/api/v1/namespaces/${namespace}/pods`;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const calls = statuses.flatMap(({ name, state, lastState }) => {
    const source = `${metadata.name}/${name} in ${namespace}`;
    const ports = containers.find((container) => container.name === name)?.ports ?? [];
    const port = ports.find((found) => found.name?.endsWith('health'))?.containerPort;
    const log = `${inNamespace}/${metadata.name}/log?container=${name}`;
    const metrics = `${inNamespace}/http:${metadata.name}:${port}/proxy/metrics`;
    const runs = state?.waiting === undefined;
    const possible = [
      { isThere: runs, source: `log of ${source}`, path: log },
      {
        isThere: lastState?.terminated !== undefined,
        source: `log of ${source} before its restart`,
        path: `${log}&previous=true`,
      },
      { isThere: runs && port !== undefined, source: `metrics of ${source}`, path: metrics },
    ];
    return possible.filter(({ isThere }) => isThere);
  });
  const said = calls.map(async ({ source, path }): Promise<Source[]> => {
    const text = await askedOfPod(namespace, metadata.name, path);
    return text === undefined ? [] : [[source, text]];
  });
  return (await Promise.all(said)).flat();
}

/** Undefined when the pod is gone, or going. A container that was just started, or is just replaced, answers a moment later. */
function askedOfPod(namespace: string, name: string, path: string): Promise<string | undefined> {
  return eventually(`${name} says what it can`, async () => {
    try {
      const said = await ownClient().raw('GET', path);
      return typeof said === 'string' ? said : JSON.stringify(said);
    } catch (error) {
      const found = await ownClient().find(pods, { namespace, name });
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) return undefined;
      throw error;
    }
  });
}
