import { annotations, durationMs, reasons, type Stoker } from '@stoker/crd-types';
import { isStokerError, StokerError } from '@stoker/errors';
import { checkRef } from '@stoker/gitref';
import type { RefRequest } from '../refs/refRequest.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type Outcome, type Override } from './draft.ts';

/** The refs that pods ask for instead of the CR's, each resolved once for all that ask for it. */
export function resolveOverrides(draft: Draft, deps: Deps): Outcome {
  const asked = draft.gateways.map(({ gateway }) => gateway.pod.annotations[annotations.refOverride] ?? '');
  const checked = new Map(asked.filter((ref) => ref !== '').map((ref) => [ref, checkOverride(draft.stoker, ref)]));
  const requests = [...checked].flatMap(([ref, error]) => (error === undefined ? (requestFor(draft, ref) ?? []) : []));
  const states = deps.overrides.follow(draft.key, requests);
  draft.gateways = draft.gateways.map((gateway, index) => {
    const ref = asked[index] ?? '';
    if (ref === '') return gateway;
    const state = states.get(ref);
    const error = checked.get(ref) ?? asOverrideError(ref, state?.error);
    return { ...gateway, override: { ref, commit: state?.resolved?.commit, error } satisfies Override };
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
  return new StokerError(`annotation ${annotations.refOverride} ${JSON.stringify(ref)}: ${message}`, options);
}
