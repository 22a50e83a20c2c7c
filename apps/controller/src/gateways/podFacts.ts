import { annotations, labels, sidecarContainerName } from '@stoker/crd-types';
import type { KubeObject } from '@stoker/kube';

/** The parts of a pod that decide anything here. */
export interface Pod extends KubeObject {
  readonly spec?: {
    readonly serviceAccountName?: string;
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

export interface PodFacts {
  readonly name: string;
  readonly uid: string;
  readonly crName: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly createdAt: string;
  readonly isTerminating: boolean;
  /** Succeeded or Failed: its containers will never run again. */
  readonly isFinished: boolean;
  readonly sidecar: SidecarFacts;
}

export type SidecarFacts =
  | { readonly kind: 'absent' }
  | { readonly kind: 'running' }
  /** `why` is what the kubelet says, for people. */
  | { readonly kind: 'notRunning'; readonly why: string };

/** Keeps of a pod what discovery reads, so that thousands of pods fit into memory. */
export function trimPod(pod: Pod): Pod {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = pod.metadata;
  const kept = { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp };
  const own = Object.entries(pod.metadata.annotations ?? {}).filter(([key]) => key.startsWith('stoker.io/'));
  const crName = pod.metadata.labels?.[labels.cr];
  const isSidecar = ({ name: container }: { readonly name: string }) => container === sidecarContainerName;
  return {
    metadata: {
      ...(withoutUndefined(kept) as Pod['metadata']),
      annotations: Object.fromEntries(own),
      ...(crName === undefined ? {} : { labels: { [labels.cr]: crName } }),
    },
    spec: {
      serviceAccountName: pod.spec?.serviceAccountName ?? 'default',
      initContainers: (pod.spec?.initContainers ?? [])
        .filter(isSidecar)
        .map(({ name: container }) => ({ name: container })),
    },
    status: {
      ...(pod.status?.phase === undefined ? {} : { phase: pod.status.phase }),
      initContainerStatuses: (pod.status?.initContainerStatuses ?? []).filter(isSidecar),
    },
  };
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

export function readPod(pod: Pod): PodFacts {
  const phase = pod.status?.phase;
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? '',
    crName: pod.metadata.labels?.[labels.cr],
    annotations: pod.metadata.annotations ?? {},
    serviceAccountName: pod.spec?.serviceAccountName ?? 'default',
    createdAt: pod.metadata.creationTimestamp ?? '',
    isTerminating: pod.metadata.deletionTimestamp !== undefined,
    isFinished: phase === 'Succeeded' || phase === 'Failed',
    sidecar: readSidecar(pod),
  };
}

/** Whether the pod's author asked for the agent. */
export function asksForAgent(pod: Pod): boolean {
  return pod.metadata.annotations?.[annotations.inject] === 'true';
}

function readSidecar(pod: Pod): SidecarFacts {
  if (!pod.spec?.initContainers?.some(({ name }) => name === sidecarContainerName)) return { kind: 'absent' };
  const status = pod.status?.initContainerStatuses?.find(({ name }) => name === sidecarContainerName);
  if (status?.state?.running) return { kind: 'running' };
  const { waiting, terminated } = status?.state ?? {};
  if (waiting) return { kind: 'notRunning', why: waiting.reason ?? 'Waiting' };
  if (terminated)
    return { kind: 'notRunning', why: `${terminated.reason ?? 'Terminated'} (exit ${terminated.exitCode ?? '?'})` };
  return { kind: 'notRunning', why: 'not started yet' };
}
