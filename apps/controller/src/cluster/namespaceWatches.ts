import { annotations, labels } from '@stoker/crd-types';
import {
  type KubeClient,
  type KubeObject,
  type ObjectKey,
  pods,
  secrets,
  startNamespacedReflector,
} from '@stoker/kube';
import { asksForAgent, type Pod } from '../gateways/podFacts.ts';
import type { DeltaListener } from './cache.ts';
import type { SecretVersion } from './secretReader.ts';

/** Metadata-only watches of the pods and Secrets of the namespaces that hold a CR, and of no others while these are few. */
export interface NamespaceWatches {
  /** Makes the watched namespaces these. */
  keep(namespaces: ReadonlySet<string>): void;
  /** Annotated pods that carry no label of the injector; undefined while that is not known. */
  podsWithoutLabel(namespace: string): readonly Pod[] | undefined;
  secretVersion(key: ObjectKey): SecretVersion;
  stop(): Promise<void>;
}

export interface NamespaceWatchOptions {
  readonly client: KubeClient;
  /** Whether the whole cluster is this controller's: then many namespaces are watched as one. */
  readonly isEverywhere: boolean;
  readonly onPod: DeltaListener<Pod>;
  readonly onSecret: DeltaListener<KubeObject>;
  /** From now on it is known which pods there are. Undefined: of all namespaces. */
  readonly onSynced: (namespace: string | undefined) => void;
  readonly onError: (error: unknown) => void;
}

/** Watches of single namespaces; beyond, one watch of all costs the API server less. */
const singleWatches = 20;

export function createNamespaceWatches(options: NamespaceWatchOptions): NamespaceWatches {
  const { client, isEverywhere, onPod, onSecret, onSynced, onError } = options;
  const shared = { client, metadataOnly: true, transform: trimMetadata, onError };
  const podWatch = startNamespacedReflector<Pod>({
    ...shared,
    type: pods,
    labelSelector: `!${labels.cr}`,
    onDelta: onPod,
    onSynced,
  });
  const secretWatch = startNamespacedReflector<KubeObject>({ ...shared, type: secrets, onDelta: onSecret });
  /** Stays so: to and fro would list everything again. */
  let areMany = false;
  return {
    keep: (namespaces) => {
      areMany ||= isEverywhere && namespaces.size > singleWatches;
      for (const watch of [podWatch, secretWatch]) watch.keep(areMany ? 'all' : namespaces);
    },
    podsWithoutLabel: (namespace) =>
      podWatch.hasSynced(namespace) ? podWatch.store.list(namespace).filter(asksForAgent) : undefined,
    secretVersion: (key) => {
      if (!secretWatch.hasSynced(key.namespace)) return { kind: 'unwatched' };
      const secret = secretWatch.store.get(key);
      return secret ? { kind: 'present', resourceVersion: secret.metadata.resourceVersion ?? '' } : { kind: 'absent' };
    },
    stop: async () => {
      await Promise.all([podWatch.stop(), secretWatch.stop()]);
    },
  };
}

/** Name, version and the two annotations that ask for an agent: the rest of other people's pods is none of ours. */
function trimMetadata<T extends KubeObject>(object: T): T {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, annotations: notes } = object.metadata;
  const kept = [annotations.inject, annotations.crName].flatMap((key) => {
    const value = notes?.[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...object,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
  };
}
