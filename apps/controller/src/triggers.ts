import { agentSecretName, annotations, labels, type Stoker, type SyncProfile } from '@stoker/crd-types';
import { type ConfigMap, type Delta, formatKey, keyOf, type KubeObject } from '@stoker/kube';
import { credentialFields } from './access/credentials.ts';
import type { CacheListeners, Caches } from './cluster/caches.ts';
import { crKeys } from './cluster/caches.ts';
import { documentKinds } from './documents/kinds.ts';
import { asksForAgent } from './gateways/podFacts.ts';
import { pushedCommit } from './receiver/notify.ts';

export interface TriggerTargets {
  readonly caches: () => Caches;
  readonly enqueueStoker: (key: string) => void;
  readonly enqueueProfile: (key: string) => void;
  /** Resolve the CR's ref now. */
  readonly poke: (key: string, commit: string | undefined) => void;
  /** The CR, or a Secret that it names, has changed: its key of push events may be another. */
  readonly refreshWebhookKey: (stoker: Stoker) => void;
  readonly forgetWebhookKey: (key: string) => void;
  /** True for an own write that comes back: no news. */
  readonly observedStoker: (stoker: Stoker | undefined) => boolean;
  readonly observedProfile: (profile: SyncProfile | undefined) => boolean;
  readonly observedDocument: (document: ConfigMap | undefined) => boolean;
  readonly onError: (error: unknown) => void;
}

/** Which change in the cluster makes which CR be looked at again. */
export function createTriggers(targets: TriggerTargets): CacheListeners {
  const { caches, enqueueStoker } = targets;
  const enqueueNamespace = (namespace: string | undefined) => {
    for (const stoker of caches().stokers.list(namespace)) enqueueStoker(formatKey(keyOf(stoker)));
  };
  const enqueueOwner = (object: KubeObject | undefined) => {
    for (const key of object === undefined ? [] : crKeys(object)) enqueueStoker(key);
  };
  return {
    stoker: ({ before, after }) => {
      targets.observedStoker(after);
      const key = formatKey(keyOf((after ?? before) as Stoker));
      if (before === undefined || after === undefined) keepNamespaces(caches());
      if (after === undefined) targets.forgetWebhookKey(key);
      else if (before === undefined || isOtherSpec(before, after)) targets.refreshWebhookKey(after);
      if (!isStatusOnly({ before, after })) enqueueStoker(key);
      pokeIfAsked(key, { before, after }, targets);
    },
    profile: ({ before, after }) => {
      targets.observedProfile(after);
      const profile = after ?? before;
      if (profile === undefined || isStatusOnly({ before, after })) return;
      targets.enqueueProfile(formatKey(keyOf(profile)));
      enqueueNamespace(profile.metadata.namespace);
    },
    agentPod: ({ before, after }) => {
      enqueueOwner(before);
      enqueueOwner(after);
    },
    document: ({ before, after }) => {
      if (targets.observedDocument(after)) return;
      const isReport = after?.metadata.labels?.[labels.document] === documentKinds.status;
      if (isReport || after === undefined || before !== undefined) enqueueOwner(after ?? before);
    },
    owned: ({ before, after }) => {
      if (after === undefined) enqueueOwner(before);
    },
    otherPod: ({ before, after }) => {
      const pods = [before, after].filter((pod) => pod !== undefined);
      if (pods.some(asksForAgent)) enqueueNamespace(pods[0]?.metadata.namespace);
    },
    secret: ({ before, after }) => {
      const secret = after ?? before;
      if (secret !== undefined) secretChanged(secret, targets);
    },
    namespaceSynced: enqueueNamespace,
    error: targets.onError,
  };
}

function keepNamespaces({ stokers, namespaces }: Caches): void {
  namespaces.keep(new Set(stokers.list().map(({ metadata }) => metadata.namespace ?? '')));
}

function secretChanged({ metadata: { name, namespace } }: KubeObject, targets: TriggerTargets): void {
  for (const stoker of targets.caches().stokers.list(namespace)) {
    if (stoker.spec.webhook?.secretRef.name === name) targets.refreshWebhookKey(stoker);
    const isNamed =
      name === agentSecretName(stoker.metadata.name) ||
      name === stoker.spec.webhook?.secretRef.name ||
      credentialFields(stoker).some(({ ref }) => ref.name === name);
    if (isNamed) targets.enqueueStoker(formatKey(keyOf(stoker)));
  }
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
  if (pushed !== undefined && pushed !== then[annotations.pushed]) poke(key, pushedCommit(pushed));
  if (now[annotations.syncNow] !== undefined && now[annotations.syncNow] !== then[annotations.syncNow])
    poke(key, undefined);
}
