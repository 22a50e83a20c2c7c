import { labels, type Stoker, stokers, type SyncProfile, syncProfiles } from '@stoker/crd-types';
import {
  type ConfigMap,
  configMaps,
  type Delta,
  formatKey,
  type KubeClient,
  type KubeObject,
  pods,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
} from '@stoker/kube';
import { documentKinds } from '../documents/kinds.ts';
import { type Pod, trimPod } from '../gateways/podFacts.ts';
import { type Cache, openCache, type StartReflector } from './cache.ts';
import { createNamespaceWatches, type NamespaceWatches } from './namespaceWatches.ts';

/** All that the controller knows of the cluster. Index `cr` answers by `namespace/name` of the CR. */
export interface Caches {
  readonly stokers: Cache<Stoker>;
  readonly profiles: Cache<SyncProfile>;
  /** Pods that carry the agent. */
  readonly agentPods: Cache<Pod>;
  /** Metadata, status and rollouts. */
  readonly documents: Cache<ConfigMap>;
  /** Of the diff reports only that they exist: they are for people, and large. */
  readonly changes: Cache<ConfigMap>;
  readonly roles: Cache<Role>;
  readonly roleBindings: Cache<RoleBinding>;
  readonly namespaces: NamespaceWatches;
  /** Whether nothing is missing of what a reconcile in this namespace concludes from. */
  hasSynced(namespace: string): boolean;
  stop(): Promise<void>;
}

/** Called for every change, with what it was and is. */
export interface CacheListeners {
  readonly stoker: (delta: Delta<Stoker>) => void;
  readonly profile: (delta: Delta<SyncProfile>) => void;
  readonly agentPod: (delta: Delta<Pod>) => void;
  readonly document: (delta: Delta<ConfigMap>) => void;
  /** Roles, bindings and diff reports: only their loss is of interest. */
  readonly owned: (delta: Delta<KubeObject>) => void;
  readonly otherPod: (delta: Delta<Pod>) => void;
  readonly secret: (delta: Delta<KubeObject>) => void;
  /** Which pods lack the agent is known from now on; undefined: in every namespace. */
  readonly namespaceSynced: (namespace: string | undefined) => void;
  readonly error: (error: unknown) => void;
}

export function openCaches(options: {
  readonly client: KubeClient;
  readonly start: StartReflector;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly on: CacheListeners;
}): Caches {
  const { client, start, namespaces, on } = options;
  const shared = { client, namespaces, onError: on.error };
  const byCr = { cr: crKeys };
  const kinds = [documentKinds.metadata, documentKinds.status, documentKinds.rollouts].join(', ');
  const cached = {
    stokers: openCache<Stoker>(start, { ...shared, type: stokers, onDelta: on.stoker }),
    profiles: openCache<SyncProfile>(start, { ...shared, type: syncProfiles, onDelta: on.profile }),
    agentPods: openCache<Pod>(start, {
      ...shared,
      type: pods,
      labelSelector: labels.cr,
      transform: trimPod,
      indexes: byCr,
      onDelta: on.agentPod,
    }),
    documents: openCache<ConfigMap>(start, {
      ...shared,
      type: configMaps,
      labelSelector: `${labels.cr}, ${labels.document} in (${kinds})`,
      indexes: byCr,
      onDelta: on.document,
    }),
    changes: openCache<ConfigMap>(start, {
      ...shared,
      type: configMaps,
      labelSelector: `${labels.cr}, ${labels.document}=${documentKinds.changes}`,
      metadataOnly: true,
      onDelta: on.owned,
    }),
    roles: openCache<Role>(start, {
      ...shared,
      type: roles,
      labelSelector: labels.cr,
      indexes: byCr,
      onDelta: on.owned,
    }),
    roleBindings: openCache<RoleBinding>(start, {
      ...shared,
      type: roleBindings,
      labelSelector: labels.cr,
      indexes: byCr,
      onDelta: on.owned,
    }),
  };
  const watches = createNamespaceWatches({
    client,
    start,
    isEverywhere: namespaces.length === 0,
    onPod: on.otherPod,
    onSecret: on.secret,
    onSynced: on.namespaceSynced,
    onError: on.error,
  });
  const all = Object.values(cached);
  return {
    ...cached,
    namespaces: watches,
    hasSynced: (namespace) => all.every((cache) => cache.hasSynced(namespace)),
    stop: async () => {
      await Promise.all([...all.map((cache) => cache.stop()), watches.stop()]);
    },
  };
}

/** The CR to which an object belongs by its label, as a list for an index. */
export function crKeys({ metadata }: KubeObject): readonly string[] {
  const name = metadata.labels?.[labels.cr];
  return name === undefined ? [] : [formatKey({ namespace: metadata.namespace ?? '', name })];
}
