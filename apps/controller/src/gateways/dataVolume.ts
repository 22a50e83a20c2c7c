import { sidecarContainerName } from '@stoker/crd-types';

/** What of a pod tells where its data folder lies, and what its agent is. */
export interface PodVolumes {
  readonly initContainers?: readonly {
    readonly name: string;
    readonly image?: string;
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly volumeMounts?: readonly VolumeMount[];
  }[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
}

/** How the injector tells the agent where the data folder is. */
const dataDirectoryVariable = 'STOKER_CONTAINER_DATA_DIR';

/**
 * The claim and the path in it that the pod's agent writes, as one text. Undefined where no other pod can have the same: without
 * a claim, or with a path that only the kubelet knows.
 */
export function dataVolumeOf({ initContainers = [], volumes = [] }: PodVolumes): string | undefined {
  const sidecar = initContainers.find(({ name }) => name === sidecarContainerName);
  const folder = sidecar?.env?.find(({ name }) => name === dataDirectoryVariable)?.value;
  const mount = sidecar?.volumeMounts?.find(({ mountPath }) => mountPath === folder);
  if (mount === undefined || mount.subPathExpr !== undefined) return undefined;
  const claim = volumes.find(({ name }) => name === mount.name)?.persistentVolumeClaim?.claimName;
  return claim && (mount.subPath ? `${claim}/${mount.subPath}` : claim);
}
