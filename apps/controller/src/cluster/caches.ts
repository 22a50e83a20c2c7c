import { labels, type Stoker, stokers, type SyncProfile, syncProfiles } from '@stoker/crd-types';
import {
  type ConfigMap,
  configMaps,
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
import { keepParsed } from '../documents/readDocuments.ts';
import { type Pod, trimPod } from '../gateways/podFacts.ts';
import { type Cache, type DeltaListener, openCache } from './cache.ts';
import { createNamespaceWatches, type NamespaceWatches } from './namespaceWatches.ts';
import { type Node, type Nodes, openNodes } from './nodes.ts';

/** All that the controller knows of the cluster. Index `cr` answers by `namespace/name` of the CR. */
export interface Caches {
  readonly stokers: Cache<Stoker>;
  readonly profiles: Cache<SyncProfile>;
  /** Pods that carry the agent. Index `volume` answers by `volumeKeys`, `node` by the name of the node. */
  readonly agentPods: Cache<Pod>;
  /** Metadata, status and rollouts. */
  readonly documents: Cache<ConfigMap>;
  /** Of the diff reports only that they exist: they are for people, and large. */
  readonly changes: Cache<ConfigMap>;
  readonly roles: Cache<Role>;
  readonly roleBindings: Cache<RoleBinding>;
  readonly namespaces: NamespaceWatches;
  readonly nodes: Nodes;
  /** Whether nothing is missing of what a reconcile in this namespace concludes from. */
  hasSynced(namespace: string): boolean;
  stop(): Promise<void>;
}

/** Called for every change, with what it was and is. */
export interface CacheListeners {
  readonly stoker: DeltaListener<Stoker>;
  readonly profile: DeltaListener<SyncProfile>;
  readonly agentPod: DeltaListener<Pod>;
  readonly document: DeltaListener<ConfigMap>;
  /** Roles, bindings and diff reports: only their loss is of interest. */
  readonly owned: DeltaListener<KubeObject>;
  readonly otherPod: DeltaListener<Pod>;
  readonly secret: DeltaListener<KubeObject>;
  readonly node: DeltaListener<Node>;
  /** Which pods lack the agent is known from now on; undefined: in every namespace. */
  readonly namespaceSynced: (namespace: string | undefined) => void;
  readonly error: (error: unknown) => void;
}

export function openCaches(options: {
  readonly client: KubeClient;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly on: CacheListeners;
}): Caches {
  const { client, namespaces, on } = options;
  const shared = { client, namespaces, onError: on.error };
  const byCr = { cr: crKeys };
  const kinds = [documentKinds.metadata, documentKinds.status, documentKinds.rollouts].join(', ');
  const cached = {
    stokers: openCache<Stoker>({ ...shared, type: stokers, onDelta: on.stoker }),
    profiles: openCache<SyncProfile>({ ...shared, type: syncProfiles, onDelta: on.profile }),
    agentPods: openCache<Pod>({
      ...shared,
      type: pods,
      labelSelector: labels.cr,
      transform: trimPod,
      indexes: {
        ...byCr,
        volume: volumeKeys,
        node: ({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName]),
      },
      onDelta: on.agentPod,
    }),
    documents: openCache<ConfigMap>({
      ...shared,
      type: configMaps,
      labelSelector: `${labels.cr}, ${labels.document} in (${kinds})`,
      transform: keepParsed,
      indexes: byCr,
      onDelta: on.document,
    }),
    changes: openCache<ConfigMap>({
      ...shared,
      type: configMaps,
      labelSelector: `${labels.cr}, ${labels.document}=${documentKinds.changes}`,
      metadataOnly: true,
      onDelta: on.owned,
    }),
    roles: openCache<Role>({
      ...shared,
      type: roles,
      labelSelector: labels.cr,
      indexes: byCr,
      onDelta: on.owned,
    }),
    roleBindings: openCache<RoleBinding>({
      ...shared,
      type: roleBindings,
      labelSelector: labels.cr,
      indexes: byCr,
      onDelta: on.owned,
    }),
  };
  const watches = createNamespaceWatches({
    client,
    isEverywhere: namespaces.length === 0,
    onPod: on.otherPod,
    onSecret: on.secret,
    onSynced: on.namespaceSynced,
    onError: on.error,
  });
  const nodes = openNodes({ client, onDelta: on.node, onError: on.error });
  const all = Object.values(cached);
  return {
    ...cached,
    namespaces: watches,
    nodes,
    hasSynced: (namespace) => all.every((cache) => cache.hasSynced(namespace)),
    stop: async () => {
      await Promise.all([...all.map((cache) => cache.stop()), watches.stop(), nodes.stop()]);
    },
  };
}

/** The volume that a pod's agent writes, as a list for an index. */
export function volumeKeys({ metadata, spec }: Pod): readonly string[] {
  return spec?.dataVolume === undefined ? [] : [`${metadata.namespace}/${spec.dataVolume}`];
}

/** The CR to which an object belongs by its label, as a list for an index. */
export function crKeys({ metadata }: KubeObject): readonly string[] {
  const name = metadata.labels?.[labels.cr];
  return name === undefined ? [] : [formatKey({ namespace: metadata.namespace ?? '', name })];
}
