import { chooseCluster } from '../cluster/chooseCluster.ts';
import { listObjects } from './resources.ts';

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly started?: boolean;
  readonly state?: { readonly running?: object };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** The containers of that name, sidecars included, in the pods that the selector finds. */
export async function containersOf(
  namespace: string,
  selector: string,
  container: string,
): Promise<readonly ContainerStatus[]> {
  const pods = await listObjects<Pod>(namespace, 'pods', selector);
  return pods
    .flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
    .filter(({ name }) => name === container);
}

/** Kills every such container that runs, all at once, and says how many; the kubelet starts them again. Throws when none runs. */
export async function killContainers(namespace: string, selector: string, container: string): Promise<number> {
  const found = await containersOf(namespace, selector, container);
  const ids = found.flatMap(({ state, containerID }) =>
    state?.running && containerID ? [containerID.replace(/^.*:\/\//, '')] : [],
  );
  if (ids.length === 0) throw new Error(`no container ${container} runs in the pods of ${namespace} with ${selector}`);
  await Promise.all(ids.map((id) => chooseCluster().killContainer(id)));
  return ids.length;
}
