import { annotations, sidecarContainerName, type StatusDocument, statusName } from '@stoker/crd-types';
import { isForbidden, type KubeClient, pods } from '@stoker/kube';
import type { FoundGateway } from './findGateway.ts';
import { readReport } from './readReport.ts';

/** What a gateway's pod shows of its agent. */
export interface PodFacts {
  readonly refOverride: string | undefined;
  /** Why the agent's container does not run; undefined while it does. */
  readonly agentDown: string | undefined;
}

/** Everything that `explain` judges by. */
export interface GatewayFacts extends FoundGateway {
  /** What the agent says itself; undefined before its first report. */
  readonly status: StatusDocument | undefined;
  /** Undefined: there is no such pod, or it may not be read. */
  readonly pod: PodFacts | undefined;
  /** What the user may not read, so that nothing is said about it. */
  readonly hidden: readonly string[];
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

/** Reads what belongs to a gateway. What is forbidden is named, and no failure: the Stoker's status tells most of it. */
export async function gatherGateway(client: KubeClient, found: FoundGateway): Promise<GatewayFacts> {
  const { stoker, entry, name } = found;
  const { namespace = '', name: cr } = stoker.metadata;
  const hidden: string[] = [];
  const readable = async <T>(what: string, read: Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!isForbidden(error)) throw error;
      hidden.push(what);
      return undefined;
    }
  };
  const [status, pod] = await Promise.all([
    readable(`ConfigMap ${statusName(cr, name)}`, readReport(client, found)),
    entry && readable(`Pod ${entry.pod}`, client.find(pods, { namespace, name: entry.pod })),
  ]);
  return {
    ...found,
    // What another pod wrote is of the past.
    status: entry?.podUID === undefined || status?.podUID === entry.podUID ? status : undefined,
    pod: pod && {
      refOverride: pod.metadata.annotations?.[annotations.refOverride],
      agentDown: agentDown(pod.status ?? {}),
    },
    // Whichever was refused first: the same words each time.
    hidden: hidden.toSorted(),
  };
}

function agentDown(status: { readonly initContainerStatuses?: readonly ContainerStatus[] }): string | undefined {
  const agent = status.initContainerStatuses?.find(({ name }) => name === sidecarContainerName);
  if (agent?.state === undefined || agent.state.running !== undefined) return undefined;
  const { waiting, terminated } = agent.state;
  if (terminated !== undefined) return `it has ended with exit code ${terminated.exitCode} (${terminated.reason})`;
  return [waiting?.reason, waiting?.message].filter(Boolean).join(': ');
}
