import type { StokerSpec } from './stokerSpec.ts';
import type { StokerStatus } from './stokerStatus.ts';
import type { SyncProfileSpec } from './syncProfileSpec.ts';
import type { SyncProfileStatus } from './syncProfileStatus.ts';

/** Enough of `metav1.ObjectMeta`. */
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Resource<Kind extends string, Spec, Status> {
  readonly apiVersion?: string;
  readonly kind?: Kind;
  readonly metadata: Metadata;
  readonly spec: Spec;
  readonly status?: Status;
}

/** Where the files come from and how to reach the gateways. Defaults are applied. */
export type Stoker = Resource<'Stoker', StokerSpec, StokerStatus>;

/** Which files go where for one role of gateway. Defaults are applied. */
export type SyncProfile = Resource<'SyncProfile', SyncProfileSpec, SyncProfileStatus>;
