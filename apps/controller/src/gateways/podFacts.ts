import { annotations, labels, podSeen, sidecarContainerName, type StatusDocument } from '@stoker/crd-types';
import type { KubeObject } from '@stoker/kube';
import type { Nodes } from '../cluster/nodes.ts';
import { readUpgrade, type AgentUpgrade } from './agentUpgrade.ts';
import { dataVolumeOf, type PodVolumes } from './dataVolume.ts';

/** The parts of a pod that decide anything here. */
export interface Pod extends KubeObject {
  readonly spec?: PodVolumes & {
    readonly serviceAccountName?: string;
    readonly nodeName?: string;
    /** Found by `trimPod`, which drops what it was found from. */
    readonly dataVolume?: string;
    /** Of all its labels, as `podSeen` makes it; from `trimPod`, which drops them. */
    readonly labelsHash?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  /** Its startup probe has succeeded. */
  readonly started?: boolean;
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
  /** What its agent says that it sees once the kubelet has told it. */
  readonly seen: NonNullable<StatusDocument['seen']>;
  readonly serviceAccountName: string;
  readonly createdAt: string;
  readonly isTerminating: boolean;
  /** Succeeded or Failed: its containers will never run again. */
  readonly isFinished: boolean;
  readonly sidecar: SidecarFacts;
  /** Image that the sidecar is meant to run. */
  readonly sidecarImage: string | undefined;
  /** Undefined: its agent is the one that the injector gave it. */
  readonly agentUpgrade: AgentUpgrade | undefined;
  /** The claim, and the path in it, that its agent writes; undefined where nobody else can write the same. */
  readonly dataVolume: string | undefined;
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
  const dataVolume = dataVolumeOf(pod.spec ?? {});
  const isSidecar = ({ name: container }: { readonly name: string }) => container === sidecarContainerName;
  return {
    metadata: {
      ...(withoutUndefined(kept) as Pod['metadata']),
      annotations: Object.fromEntries(own),
      ...(crName === undefined ? {} : { labels: { [labels.cr]: crName } }),
    },
    spec: {
      serviceAccountName: pod.spec?.serviceAccountName ?? 'default',
      ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
      initContainers: (pod.spec?.initContainers ?? [])
        .filter(isSidecar)
        .map(({ name: container, image }) => ({ name: container, ...(image === undefined ? {} : { image }) })),
      ...(dataVolume === undefined ? {} : { dataVolume }),
      labelsHash: podSeen(pod.metadata).labelsHash,
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

/** @param nodes of which one that is not ready has no say any more about what runs on it */
export function readPod(pod: Pod, nodes: Pick<Nodes, 'isReady'>): PodFacts {
  const phase = pod.status?.phase;
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? '',
    crName: pod.metadata.labels?.[labels.cr],
    annotations: pod.metadata.annotations ?? {},
    seen: {
      ...podSeen(pod.metadata),
      ...(pod.spec?.labelsHash === undefined ? {} : { labelsHash: pod.spec.labelsHash }),
    },
    serviceAccountName: pod.spec?.serviceAccountName ?? 'default',
    createdAt: pod.metadata.creationTimestamp ?? '',
    isTerminating: pod.metadata.deletionTimestamp !== undefined,
    isFinished: phase === 'Succeeded' || phase === 'Failed',
    sidecar: readSidecar(pod, nodes),
    sidecarImage: pod.spec?.initContainers?.find(({ name }) => name === sidecarContainerName)?.image,
    agentUpgrade: readUpgrade(pod.metadata.annotations?.[annotations.agentUpgrade], sidecarStatus(pod)),
    dataVolume: pod.spec?.dataVolume,
  };
}

export function sidecarStatus(pod: Pod): ContainerStatus | undefined {
  return pod.status?.initContainerStatuses?.find(({ name }) => name === sidecarContainerName);
}

/** Whether the pod's author asked for the agent, if only in words that the injector does not take for a request. */
export function asksForAgent(pod: Pod): boolean {
  const asked = pod.metadata.annotations?.[annotations.inject];
  return asked !== undefined && !/^(|false|f|no|n|off|0|disabled)$/i.test(asked.trim());
}

function readSidecar(pod: Pod, nodes: Pick<Nodes, 'isReady'>): SidecarFacts {
  if (!pod.spec?.initContainers?.some(({ name }) => name === sidecarContainerName)) return { kind: 'absent' };
  const { nodeName } = pod.spec;
  if (nodeName !== undefined && !nodes.isReady(nodeName))
    return { kind: 'notRunning', why: `node ${nodeName} is not ready` };
  const status = sidecarStatus(pod);
  if (status?.state?.running) return { kind: 'running' };
  const { waiting, terminated } = status?.state ?? {};
  if (waiting) return { kind: 'notRunning', why: waiting.reason ?? 'Waiting' };
  if (terminated)
    return { kind: 'notRunning', why: `${terminated.reason ?? 'Terminated'} (exit ${terminated.exitCode ?? '?'})` };
  return { kind: 'notRunning', why: 'not started yet' };
}
