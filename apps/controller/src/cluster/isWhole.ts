import type { Stoker } from '@stoker/crd-types';

/** What a server with an older CRD may show in the place of a Stoker. */
interface Unchecked {
  readonly spec?: {
    readonly git?: { readonly repo?: unknown; readonly ref?: unknown } | null;
    readonly gateway?: unknown;
    readonly webhook?: { readonly secretRef?: { readonly name?: unknown } | null } | null;
  } | null;
}

/**
 * Whether a Stoker has what is read of all of them at once, before its own reconcile has checked it. One that has not is
 * told so by that reconcile, and passed over by everybody else.
 */
export function isWhole(stoker: Stoker): boolean {
  const { spec }: Unchecked = stoker;
  return (
    typeof spec?.git?.repo === 'string' &&
    typeof spec.git.ref === 'string' &&
    typeof spec.gateway === 'object' &&
    spec.gateway !== null &&
    (spec.webhook === undefined || typeof spec.webhook?.secretRef?.name === 'string')
  );
}
