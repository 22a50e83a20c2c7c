import { annotations } from '@stoker/crd-types';
import type { Container, EnvVar, Pod, VolumeMount } from './pod.ts';
import { found, type Outcome, refuse } from './verdict.ts';

/** Where the vendor's image keeps a gateway's data. */
const ignitionDataPath = '/usr/local/bin/ignition/data';
/** What the vendor's Helm chart calls the container and the volume. */
const gatewayContainerName = 'gateway';
const dataVolumeName = 'data';

export interface DataMounts {
  /** The container whose folder is synced. */
  readonly gateway: Container;
  /** Path of the data folder, the same in gateway and agent. */
  readonly dataPath: string;
  /** The data folder's mount and every writable mount inside it. */
  readonly mounts: readonly VolumeMount[];
  /** The gateway's variables that the `subPathExpr` of these mounts name: without them the kubelet refuses the sidecar. */
  readonly env: readonly EnvVar[];
}

/**
 * Finds the gateway's data folder: by its well-known path, else by the volume name `data`, else by the annotation
 * `stoker.io/data-volume`. An annotation that contradicts the path is refused, since either could be the mistake.
 */
export function findDataMounts(pod: Pod): Outcome<DataMounts> {
  const wanted = pod.metadata.annotations?.[annotations.dataVolume];
  const byPath = mountWhere(pod, (mount) => trimSlash(mount.mountPath) === ignitionDataPath);
  if (byPath && wanted !== undefined && byPath.mount.name !== wanted) {
    return refuse(
      'DataVolumeConflict',
      `annotation ${annotations.dataVolume} is "${wanted}", but container "${byPath.container.name}" mounts volume ` +
        `"${byPath.mount.name}" at ${ignitionDataPath}; remove the annotation or set it to "${byPath.mount.name}"`,
    );
  }
  const byName =
    wanted === undefined || wanted === dataVolumeName
      ? mountWhere(pod, (mount) => mount.name === dataVolumeName)
      : undefined;
  const hit = byPath ?? byName ?? mountWhere(pod, (mount) => mount.name === wanted);
  if (!hit) return refuse('DataVolumeNotFound', notFoundMessage(pod, wanted));
  if (hit.mount.readOnly === true) {
    return refuse(
      'DataVolumeReadOnly',
      `container "${hit.container.name}" mounts the data folder (volume "${hit.mount.name}") with readOnly: true, and ` +
        'the agent must write there; remove readOnly',
    );
  }
  const dataPath = trimSlash(hit.mount.mountPath);
  const mounts = (hit.container.volumeMounts ?? []).filter(
    (mount) =>
      mount === hit.mount || (trimSlash(mount.mountPath).startsWith(`${dataPath}/`) && mount.readOnly !== true),
  );
  const env = envOf(hit.container, mounts);
  const unknown = variableOfEnvFrom(hit.container, mounts, env);
  if (unknown !== undefined) {
    return refuse(
      'DataVolumeNotFound',
      `the subPathExpr of a mount in the data folder needs the variable ${unknown}, which container ` +
        `"${hit.container.name}" has by envFrom alone, and the agent not at all; name ${unknown} in env of that container`,
    );
  }
  return found({ gateway: hit.container, dataPath, mounts, env });
}

/**
 * A variable that may come out of a whole ConfigMap or Secret, which is not the agent's to know. Without it the kubelet
 * would refuse the sidecar, and the gateway would never start. (Others are those of Services, which each container has.)
 */
function variableOfEnvFrom(container: Container, mounts: readonly VolumeMount[], env: readonly EnvVar[]) {
  if (container.envFrom === undefined || container.envFrom.length === 0) return undefined;
  const values = [...mounts.map(({ subPathExpr }) => subPathExpr), ...env.map((variable) => variable['value'])];
  return values.flatMap(namesIn).find((wanted) => !env.some(({ name }) => name === wanted));
}

/** A variable may be made of others, which stand before it: they come along, in their order. */
function envOf(container: Container, mounts: readonly VolumeMount[]): readonly EnvVar[] {
  const needed = new Set(mounts.flatMap((mount) => namesIn(mount.subPathExpr)));
  const backwards = (container.env ?? []).toReversed().filter((variable) => {
    if (!needed.has(variable.name)) return false;
    for (const name of namesIn(variable['value'])) needed.add(name);
    return true;
  });
  return backwards.toReversed();
}

/** The names in `$(NAME)`, as Kubernetes expands them. */
function namesIn(text: unknown): string[] {
  return typeof text === 'string' ? [...text.matchAll(/\$\(([^)]+)\)/g)].map(([, name = '']) => name) : [];
}

interface Hit {
  readonly container: Container;
  readonly mount: VolumeMount;
}

/** Of several containers with such a mount the one that is called as the gateway's, else one that writes there. */
function mountWhere(pod: Pod, matches: (mount: VolumeMount) => boolean): Hit | undefined {
  const hits = pod.spec.containers.flatMap((container): readonly Hit[] => {
    const mount = container.volumeMounts?.find(matches);
    return mount === undefined ? [] : [{ container, mount }];
  });
  return (
    hits.find(({ container }) => container.name === gatewayContainerName) ??
    hits.find(({ mount }) => mount.readOnly !== true) ??
    hits[0]
  );
}

function notFoundMessage(pod: Pod, wanted: string | undefined): string {
  const names = (pod.spec.volumes ?? []).map((volume) => `"${volume.name}"`).join(', ') || 'none';
  const looked =
    wanted === undefined
      ? `no container mounts ${ignitionDataPath} or a volume named "${dataVolumeName}"`
      : `no container mounts the volume "${wanted}" that annotation ${annotations.dataVolume} names`;
  return `${looked}; the pod's volumes are: ${names}; set annotation ${annotations.dataVolume} to the one that holds the gateway's data folder`;
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
