import { kubectl } from '../cluster/kubectl.ts';
import { listObjects } from './resources.ts';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
  readonly status: {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
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

/** Everything that programs and API objects of these namespaces say, except in Secrets: a name for each source → its text. */
export async function everythingSaid(namespaces: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>();
  for (const namespace of namespaces) {
    for (const kind of kinds)
      said.set(`${kind} in ${namespace}`, await kubectl(['-n', namespace, 'get', kind, '-o', 'json']));
    for (const pod of await listObjects<Pod>(namespace, 'pods')) {
      for (const [source, text] of await saidByPod(namespace, pod)) said.set(source, text);
    }
  }
  return said;
}

async function saidByPod(namespace: string, { metadata, spec, status }: Pod): Promise<[string, string][]> {
  const said: [string, string][] = [];
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const restarts = new Map(statuses.map(({ name, restartCount }) => [name, restartCount]));
  for (const { name, ports } of [...(spec.initContainers ?? []), ...spec.containers]) {
    const source = `${metadata.name}/${name} in ${namespace}`;
    said.push([`log of ${source}`, await kubectl(['-n', namespace, 'logs', metadata.name, '-c', name])]);
    const before = ['-n', namespace, 'logs', metadata.name, '-c', name, '--previous'];
    if ((restarts.get(name) ?? 0) > 0) said.push([`log of ${source} before its restart`, await kubectl(before)]);
    const port = ports?.find((found) => found.name?.endsWith('health'))?.containerPort;
    if (port === undefined) continue;
    const path = `/api/v1/namespaces/${namespace}/pods/http:${metadata.name}:${port}/proxy/metrics`;
    said.push([`metrics of ${source}`, await kubectl(['get', '--raw', path])]);
  }
  return said;
}
