import { chooseCluster } from '../cluster/chooseCluster.ts';
import { eventually } from './eventually.ts';
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

/** Kills every such container that runs, all at once, and answers their ids; the kubelet starts them again. Throws when none runs. */
export async function killContainers(
  namespace: string,
  selector: string,
  container: string,
): Promise<readonly string[]> {
  const found = await containersOf(namespace, selector, container);
  const ids = found.flatMap(({ state, containerID }) => (state?.running && containerID ? [containerID] : []));
  if (ids.length === 0) throw new Error(`no container ${container} runs in the pods of ${namespace} with ${selector}`);
  await Promise.all(ids.map((id) => chooseCluster().killContainer(id.replace(/^.*:\/\//, ''))));
  return ids;
}

/** `killContainers`, then waits until each of their pods runs another one, or has gone: an ended pod starts nothing again. */
export async function killUntilRestarted(namespace: string, selector: string, container: string): Promise<void> {
  const killed = await eventually(`${container} runs and is killed`, () =>
    killContainers(namespace, selector, container),
  );
  await eventually(`${container} is started again`, async () => {
    const all = await containersOf(namespace, selector, container);
    const dead = all.filter(({ containerID }) => killed.includes(containerID ?? ''));
    if (dead.length > 0) throw new Error(JSON.stringify(dead));
  });
}
