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
  readonly start: StartReflector;
  /** Whether the whole cluster is this controller's: then many namespaces are watched as one. */
  readonly isEverywhere: boolean;
  readonly onPod: (delta: Delta<Pod>) => void;
  readonly onSecret: (delta: Delta<KubeObject>) => void;
  /** From now on it is known which pods there are. Undefined: of all namespaces. */
  readonly onSynced: (namespace: string | undefined) => void;
  readonly onError: (error: unknown) => void;
}

/** Watches of single namespaces; beyond, one watch of all costs the API server less. */
const singleWatches = 20;

interface Watch {
  readonly pods: Reflector<Pod>;
  readonly secrets: Reflector<KubeObject>;
}

export function createNamespaceWatches(options: NamespaceWatchOptions): NamespaceWatches {
  const watches = new Map<string, Watch>();
  const stopping = new Set<Promise<unknown>>();
  let everywhere: Watch | undefined;
  const end = ({ pods: podWatch, secrets: secretWatch }: Watch) => {
    const ended: Promise<unknown> = Promise.allSettled([podWatch.stop(), secretWatch.stop()]).then(() =>
      stopping.delete(ended),
    );
    stopping.add(ended);
  };
  const of = (namespace: string) => watches.get(namespace) ?? everywhere;
  return {
    keep: (namespaces) => {
      for (const [namespace, watch] of watches) {
        if (namespaces.has(namespace)) continue;
        watches.delete(namespace);
        end(watch);
      }
      for (const namespace of namespaces) {
        if (of(namespace) !== undefined) continue;
        if (options.isEverywhere && watches.size >= singleWatches) everywhere = startWatch(undefined, options);
        else watches.set(namespace, startWatch(namespace, options));
      }
    },
    podsWithoutLabel: (namespace) => {
      const watch = of(namespace)?.pods;
      return watch?.hasSynced === true ? watch.store.list(namespace).filter(asksForAgent) : undefined;
    },
    secretVersion: (key) => {
      const watch = of(key.namespace)?.secrets;
      if (watch?.hasSynced !== true) return { kind: 'unwatched' };
      const secret = watch.store.get(key);
      return secret ? { kind: 'present', resourceVersion: secret.metadata.resourceVersion ?? '' } : { kind: 'absent' };
    },
    stop: async () => {
      for (const watch of watches.values()) end(watch);
      if (everywhere) end(everywhere);
      await Promise.all(stopping);
    },
  };
}

function startWatch(namespace: string | undefined, options: NamespaceWatchOptions): Watch {
  const { client, start, onPod, onSecret, onSynced, onError } = options;
  const shared = { client, namespace, metadataOnly: true, transform: trimMetadata, onError };
  const watch: Watch = {
    pods: start<Pod>({ ...shared, type: pods, labelSelector: `!${labels.cr}`, onDelta: onPod }),
    secrets: start<KubeObject>({ ...shared, type: secrets, onDelta: onSecret }),
  };
  // Rejects only when the watch is stopped before: then nobody waits for it.
  watch.pods.synced().then(
    () => onSynced(namespace),
    () => undefined,
  );
  return watch;
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
