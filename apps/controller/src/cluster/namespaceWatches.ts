import { annotations, labels } from '@stoker/crd-types';
import {
  type Delta,
  type KubeClient,
  type KubeObject,
  type ObjectKey,
  pods,
  type Reflector,
  secrets,
} from '@stoker/kube';
import { asksForAgent, type Pod } from '../gateways/podFacts.ts';
import type { StartReflector } from './cache.ts';
import type { SecretVersion } from './secretReader.ts';

/** Metadata-only watches of the pods and Secrets of the namespaces that hold a CR, and of no others. */
export interface NamespaceWatches {
  /** Makes the watched namespaces these. */
  keep(namespaces: ReadonlySet<string>): void;
  /** Annotated pods that carry no label of the injector. */
  podsWithoutLabel(namespace: string): readonly Pod[];
  secretVersion(key: ObjectKey): SecretVersion;
  stop(): Promise<void>;
}

export interface NamespaceWatchOptions {
  readonly client: KubeClient;
  readonly start: StartReflector;
  readonly onPod: (delta: Delta<Pod>) => void;
  readonly onSecret: (delta: Delta<KubeObject>) => void;
  readonly onError: (error: unknown) => void;
}

interface Watch {
  readonly pods: Reflector<Pod>;
  readonly secrets: Reflector<KubeObject>;
}

export function createNamespaceWatches(options: NamespaceWatchOptions): NamespaceWatches {
  const watches = new Map<string, Watch>();
  const stopping = new Set<Promise<unknown>>();
  const end = (namespace: string, { pods: podWatch, secrets: secretWatch }: Watch) => {
    watches.delete(namespace);
    const ended: Promise<unknown> = Promise.allSettled([podWatch.stop(), secretWatch.stop()]).then(() =>
      stopping.delete(ended),
    );
    stopping.add(ended);
  };
  return {
    keep: (namespaces) => {
      for (const [namespace, watch] of watches) if (!namespaces.has(namespace)) end(namespace, watch);
      for (const namespace of namespaces) {
        if (!watches.has(namespace)) watches.set(namespace, startWatch(namespace, options));
      }
    },
    podsWithoutLabel: (namespace) => watches.get(namespace)?.pods.store.list(namespace).filter(asksForAgent) ?? [],
    secretVersion: (key) => {
      const watch = watches.get(key.namespace)?.secrets;
      if (watch?.hasSynced !== true) return { kind: 'unwatched' };
      const secret = watch.store.get(key);
      return secret ? { kind: 'present', resourceVersion: secret.metadata.resourceVersion ?? '' } : { kind: 'absent' };
    },
    stop: async () => {
      for (const [namespace, watch] of watches) end(namespace, watch);
      await Promise.all(stopping);
    },
  };
}

function startWatch(namespace: string, { client, start, onPod, onSecret, onError }: NamespaceWatchOptions): Watch {
  return {
    pods: start<Pod>({
      client,
      type: pods,
      namespace,
      metadataOnly: true,
      labelSelector: `!${labels.cr}`,
      transform: trimMetadata,
      onDelta: onPod,
      onError,
    }),
    secrets: start<KubeObject>({
      client,
      type: secrets,
      namespace,
      metadataOnly: true,
      transform: trimMetadata,
      onDelta: onSecret,
      onError,
    }),
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
