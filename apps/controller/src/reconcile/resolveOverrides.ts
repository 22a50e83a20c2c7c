import { annotations, conditionTypes, durationMs, reasons, type Stoker } from '@stoker/crd-types';
import { isStokerError, StokerError } from '@stoker/errors';
import { checkRef } from '@stoker/gitref';
import { findCondition } from '@stoker/kube';
import type { OverrideRefs } from '../refs/overrideRefs.ts';
import type { RefRequest } from '../refs/refRequest.ts';
import { done, type Draft, type Outcome, type Override } from './draft.ts';

/** The refs that pods ask for instead of the CR's, each resolved once for all that ask for it. */
export function resolveOverrides(draft: Draft, deps: { readonly overrides: Pick<OverrideRefs, 'follow'> }): Outcome {
  const asked = draft.gateways.map(({ gateway }) => gateway.pod.annotations[annotations.refOverride] ?? '');
  const checked = new Map(asked.filter((ref) => ref !== '').map((ref) => [ref, checkOverride(draft.stoker, ref)]));
  const requests = [...checked].flatMap(([ref, error]) => (error === undefined ? (requestFor(draft, ref) ?? []) : []));
  const states = deps.overrides.follow(draft.key, requests);
  draft.gateways = draft.gateways.map((gateway, index) => {
    const ref = asked[index] ?? '';
    if (ref === '') return gateway;
    const state = states.get(ref);
    const commit = state?.resolved?.commit;
    const known = checked.get(ref) ?? asOverrideError(ref, state?.error);
    const error = known ?? (commit === undefined ? errorBefore(draft.stoker, gateway.gateway.name, ref) : undefined);
    return { ...gateway, override: { ref, commit, error } satisfies Override };
  });
  return done;
}

function requestFor({ stoker, remote }: Draft, ref: string): RefRequest | undefined {
  if (remote === undefined) return undefined;
  const { polling } = stoker.spec;
  return { remote, ref, pollIntervalMs: polling.enabled ? durationMs(polling.interval) : undefined };
}

function checkOverride({ spec }: Stoker, ref: string): StokerError | undefined {
  if (!spec.allowRefOverride) {
    return new StokerError(`the pod asks for ${ref}, and its Stoker allows no overrides`, {
      reason: reasons.RefOverrideNotAllowed,
      class: 'stalled',
      hint: `remove the annotation ${annotations.refOverride}, or set spec.allowRefOverride to true`,
    });
  }
  try {
    checkRef(ref);
    return undefined;
  } catch (error) {
    return asOverrideError(ref, error);
  }
}

/** The same error, about the annotation. */
function asOverrideError(ref: string, error: unknown): StokerError | undefined {
  if (error === undefined) return undefined;
  if (!isStokerError(error)) throw error;
  const { reason, hint, message } = error;
  const options = { reason, class: error.class, cause: error, ...(hint === undefined ? {} : { hint }) };
  return new StokerError(`${subjectOf(ref)}${message}`, options);
}

function subjectOf(ref: string): string {
  return `annotation ${annotations.refOverride} ${JSON.stringify(ref)}: `;
}

/** A restart is no news: until git answers, what the status says of this very override stands. */
function errorBefore({ status }: Stoker, gatewayName: string, ref: string): StokerError | undefined {
  const error = status?.discoveredGateways?.find(({ name }) => name === gatewayName)?.error;
  // Which ref it is about stands nowhere else.
  if (error === undefined || !error.message.startsWith(subjectOf(ref))) return undefined;
  const waitsForPerson = findCondition(status?.conditions, conditionTypes.Stalled)?.status === 'True';
  return new StokerError(error.message, { reason: error.reason, class: waitsForPerson ? 'stalled' : 'transient' });
}
