import { agentSecretName, annotations, labels, profileNamesOf, type Stoker, type SyncProfile } from '@stoker/crd-types';
import { type ConfigMap, type Delta, type DeltaOrigin, formatKey, keyOf, type KubeObject } from '@stoker/kube';
import { credentialFields } from './access/credentials.ts';
import type { CacheListeners, Caches } from './cluster/caches.ts';
import { crKeys, volumeKeys } from './cluster/caches.ts';
import { isWhole } from './cluster/isWhole.ts';
import { isReadyNode } from './cluster/nodes.ts';
import { documentKinds } from './documents/kinds.ts';
import { asksForAgent, type Pod } from './gateways/podFacts.ts';
import { readPushed } from './receiver/pushed.ts';

/** What a start finds comes last. What a commit brings has 10: it waits for people, and for no reports. */
const byPerson: Readonly<Record<DeltaOrigin, number>> = { listed: 0, watched: 20 };
const byMachine: Readonly<Record<DeltaOrigin, number>> = { listed: 0, watched: 5 };

/** What triggers look at. */
interface KnownCluster {
  readonly stokers: Pick<Caches['stokers'], 'list'>;
  readonly profiles: Pick<Caches['profiles'], 'list'>;
  readonly agentPods: Pick<Caches['agentPods'], 'byIndex'>;
  readonly namespaces: Pick<Caches['namespaces'], 'keep' | 'podsWithoutLabel'>;
}

export interface TriggerTargets {
  readonly caches: () => KnownCluster;
  readonly enqueueStoker: (key: string, priority: number) => void;
  readonly enqueueProfile: (key: string, priority: number) => void;
  /** Resolve the CR's ref now. */
  readonly poke: (key: string, commit: string | undefined) => void;
  /** The CR, or a Secret that it names, has changed: its key of push events may be another. */
  readonly refreshWebhookKey: (stoker: Stoker) => void;
  readonly forgetWebhookKey: (key: string) => void;
  /** True for an own write that comes back: no news. */
  readonly observedStoker: (delta: Delta<Stoker>) => boolean;
  readonly observedProfile: (delta: Delta<SyncProfile>) => boolean;
  readonly observedDocument: (delta: Delta<ConfigMap>) => boolean;
  readonly onError: (error: unknown) => void;
}

/** Which change in the cluster makes which CR be looked at again, and before which others. */
export function createTriggers(targets: TriggerTargets): CacheListeners {
  const { caches, enqueueStoker, enqueueProfile } = targets;
  const enqueueNamespace = (namespace: string | undefined, priority: number) => {
    for (const stoker of caches().stokers.list(namespace)) enqueueStoker(formatKey(keyOf(stoker)), priority);
  };
  const enqueueOwner = (object: KubeObject | undefined, origin: DeltaOrigin) => {
    for (const key of object === undefined ? [] : crKeys(object)) enqueueStoker(key, byMachine[origin]);
  };
  return {
    stoker: ({ before, after }, origin) => {
      targets.observedStoker({ before, after });
      const { metadata } = (after ?? before) as Stoker;
      const key = formatKey(keyOf({ metadata }));
      if (before === undefined || after === undefined) {
        keepNamespaces(caches());
        // Such a pod belongs to the only Stoker of its namespace, and to none where there are several.
        if (isAnyPodUnclaimed(caches(), metadata.namespace)) enqueueNamespace(metadata.namespace, byMachine[origin]);
      }
      if (after === undefined) targets.forgetWebhookKey(key);
      else if (isWhole(after) && (before === undefined || isOtherSpec(before, after))) targets.refreshWebhookKey(after);
      if (!isStatusOnly({ before, after })) enqueueStoker(key, byPerson[origin]);
      pokeIfAsked(key, { before, after }, targets);
    },
    profile: ({ before, after }, origin) => {
      targets.observedProfile({ before, after });
      const profile = after ?? before;
      if (profile === undefined || isStatusOnly({ before, after })) return;
      // What one profile claims may be in another's way.
      for (const other of caches().profiles.list(profile.metadata.namespace))
        enqueueProfile(formatKey(keyOf(other)), byPerson[origin]);
      enqueueNamespace(profile.metadata.namespace, byPerson[origin]);
    },
    agentPod: ({ before, after }, origin) => {
      const pods = [before, after].filter((pod) => pod !== undefined);
      // Whoever writes the same volume is in conflict with it, or no longer is.
      const volumes = new Set(pods.flatMap(volumeKeys));
      const sharers = [...volumes].flatMap((volume) => caches().agentPods.byIndex('volume', volume));
      for (const pod of [...pods, ...sharers]) enqueueOwner(pod, origin);
      if (before === undefined || after === undefined || isOtherChoice(before, after))
        for (const key of combinedProfiles(pods)) enqueueProfile(key, byMachine[origin]);
    },
    document: ({ before, after }, origin) => {
      if (targets.observedDocument({ before, after })) return;
      const isReport = after?.metadata.labels?.[labels.document] === documentKinds.status;
      if (isReport || after === undefined || before !== undefined) enqueueOwner(after ?? before, origin);
    },
    owned: ({ before, after }, origin) => {
      if (after === undefined) enqueueOwner(before, origin);
    },
    otherPod: ({ before, after }, origin) => {
      const pods = [before, after].filter((pod) => pod !== undefined);
      if (pods.some(asksForAgent)) enqueueNamespace(pods[0]?.metadata.namespace, byMachine[origin]);
    },
    secret: ({ before, after }, origin) => {
      const secret = after ?? before;
      if (secret === undefined) return;
      for (const stoker of caches().stokers.list(secret.metadata.namespace).filter(isWhole)) {
        if (stoker.spec.webhook?.secretRef.name === secret.metadata.name) targets.refreshWebhookKey(stoker);
        if (isNamedBy(stoker, secret)) enqueueStoker(formatKey(keyOf(stoker)), byPerson[origin]);
      }
    },
    node: ({ before, after }, origin) => {
      const node = after ?? before;
      if (node === undefined || isReadyNode(before) === isReadyNode(after)) return;
      for (const pod of caches().agentPods.byIndex('node', node.metadata.name)) enqueueOwner(pod, origin);
    },
    namespaceSynced: (namespace) => enqueueNamespace(namespace, byMachine.listed),
    error: targets.onError,
  };
}

function keepNamespaces({ stokers, namespaces }: KnownCluster): void {
  namespaces.keep(new Set(stokers.list().map(({ metadata }) => metadata.namespace ?? '')));
}

/** Whether a pod that lacks the agent does not say whose it is. */
function isAnyPodUnclaimed({ namespaces }: KnownCluster, namespace = ''): boolean {
  const lacking = namespaces.podsWithoutLabel(namespace) ?? [];
  return lacking.some(({ metadata }) => !metadata.annotations?.[annotations.crName]);
}

function isNamedBy(stoker: Stoker, { metadata: { name } }: KubeObject): boolean {
  return (
    name === agentSecretName(stoker.metadata.name) ||
    name === stoker.spec.webhook?.secretRef.name ||
    credentialFields(stoker).some(({ ref }) => ref.name === name)
  );
}

function isOtherChoice(before: Pod, after: Pod): boolean {
  const chosen = ({ metadata }: Pod) => profileNamesOf(metadata.annotations ?? {}).join();
  return chosen(before) !== chosen(after);
}

/** Profiles that pods name together: whether they get on is a condition of each. */
function combinedProfiles(pods: readonly Pod[]): readonly string[] {
  return pods.flatMap(({ metadata }) => {
    const names = profileNamesOf(metadata.annotations ?? {});
    return names.length < 2 ? [] : names.map((name) => formatKey({ namespace: metadata.namespace ?? '', name }));
  });
}

function isOtherSpec(before: KubeObject, after: KubeObject): boolean {
  return before.metadata.generation !== after.metadata.generation || before.metadata.uid !== after.metadata.uid;
}

/** A status is written here and by nobody else: that it has changed is no reason to look again. */
function isStatusOnly({ before, after }: Delta<KubeObject>): boolean {
  if (before === undefined || after === undefined || isOtherSpec(before, after)) return false;
  if (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp) return false;
  return JSON.stringify(before.metadata.annotations) === JSON.stringify(after.metadata.annotations);
}

function pokeIfAsked(key: string, { before, after }: Delta<Stoker>, { poke }: TriggerTargets): void {
  if (before === undefined || after === undefined) return;
  const [then, now] = [before.metadata.annotations ?? {}, after.metadata.annotations ?? {}];
  const pushed = now[annotations.pushed];
  if (pushed !== undefined && pushed !== then[annotations.pushed]) poke(key, readPushed(after).commit);
  if (now[annotations.syncNow] !== undefined && now[annotations.syncNow] !== then[annotations.syncNow])
    poke(key, undefined);
}
