/** Why a pod was treated as it was: metric label, event reason and start of the sentence at once. */
export type RefusalReason =
  /** No `Stoker` in the namespace, or none of the name the pod asks for. */
  | 'StokerNotFound'
  /** Several `Stoker`s and no annotation that chooses. */
  | 'StokerAmbiguous'
  /** A `SyncProfile` that the pod names, or `default`, does not exist. */
  | 'ProfileNotFound'
  /** The gateway's data folder could not be told from the pod's volumes. */
  | 'DataVolumeNotFound'
  /** Annotation `stoker.io/data-volume` and the data folder's mount disagree. */
  | 'DataVolumeConflict'
  /** The data folder's mount cannot be written. */
  | 'DataVolumeReadOnly'
  /** An annotation's value has the wrong form. */
  | 'InvalidAnnotation'
  /** Somebody else's container has the sidecar's name. */
  | 'NameTaken';

export interface Refusal {
  readonly reason: RefusalReason;
  /** A sentence that ends with what to write. */
  readonly message: string;
}

/** A value, or why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function found<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse<T>(reason: RefusalReason, message: string): Outcome<T> {
  return { ok: false, refusal: { reason, message } };
}
