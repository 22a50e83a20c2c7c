import type { Stoker, SyncProfile } from './schemas/resources.ts';

/** How a kind is addressed; structurally a `ResourceType` of `@stoker/kube`. */
interface Addressed<T> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Type only; never set. */
  readonly _object?: T;
}

/** The kind `Stoker`. */
export const stokers: Addressed<Stoker> = {
  group: 'stoker.io',
  version: 'v1alpha1',
  kind: 'Stoker',
  plural: 'stokers',
  namespaced: true,
};

/** The kind `SyncProfile`. */
export const syncProfiles: Addressed<SyncProfile> = {
  group: 'stoker.io',
  version: 'v1alpha1',
  kind: 'SyncProfile',
  plural: 'syncprofiles',
  namespaced: true,
};
