import { stokers, syncProfiles, type Stoker, type SyncProfile } from '@stoker/crd-types';
import { type KubeClient, type Reflector, startReflector } from '@stoker/kube';
import type { FactSource } from './admission/admit.ts';

export interface CachedFacts extends FactSource {
  /** Both caches hold their first list. */
  synced(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps every `Stoker` and `SyncProfile` in memory, so that an admission costs no call. */
export function cacheFacts(
  client: KubeClient,
  namespaces: readonly string[],
  onError: (error: unknown) => void,
): CachedFacts {
  const scopes = namespaces.length === 0 ? [undefined] : namespaces;
  const stokerCaches = scopes.map((namespace): Reflector<Stoker> =>
    startReflector({ client, type: stokers, namespace, onError }),
  );
  const profileCaches = scopes.map((namespace): Reflector<SyncProfile> =>
    startReflector({ client, type: syncProfiles, namespace, onError }),
  );
  const all = [...stokerCaches, ...profileCaches];
  return {
    cached: (namespace) => ({
      stokers: stokerCaches.flatMap((cache) => cache.store.list(namespace)),
      profiles: profileCaches.flatMap((cache) => cache.store.list(namespace)),
    }),
    async live(namespace) {
      const [stokerList, profileList] = await Promise.all([
        client.list<Stoker>(stokers, { namespace, timeoutMs: liveReadMs }),
        client.list<SyncProfile>(syncProfiles, { namespace, timeoutMs: liveReadMs }),
      ]);
      return { stokers: stokerList.items, profiles: profileList.items };
    },
    async synced(signal) {
      await Promise.all(all.map((cache) => cache.synced(signal)));
    },
    async stop() {
      await Promise.all(all.map((cache) => cache.stop()));
    },
  };
}

/** A pod's creation waits for this. */
const liveReadMs = 5_000;
