import type { AuditEntry } from '@stoker/audit';
import { annotations, gatewayNameOf, labels } from '@stoker/crd-types';
import type { Verdict } from '../inject/decide.ts';
import type { Pod } from '../inject/pod.ts';
import type { AdmissionRequest, OnUnresolvable } from './review.ts';

const outcomes = { inject: 'Injected', skip: 'Skipped', refuse: 'Refused' } as const;

/** The record of what became of a pod. One that is made from a template has no name yet. */
export function injectionRecord(
  { namespace, user, pod }: AdmissionRequest,
  verdict: Verdict,
  { durationMs, onUnresolvable }: { readonly durationMs: number; readonly onUnresolvable: OnUnresolvable },
): AuditEntry {
  const {
    name,
    generateName = '',
    annotations: notes = {},
  } = pod.metadata as {
    readonly name: string;
    readonly generateName?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  const refusal = verdict.kind === 'refuse' ? verdict.refusal : undefined;
  const isAdmitted = refusal !== undefined && onUnresolvable === 'admit';
  return {
    action: 'injection',
    object: {
      namespace,
      stoker:
        verdict.kind === 'inject' ? verdict.stoker : (pod.metadata.labels?.[labels.cr] ?? notes[annotations.crName]),
      gateway: name === '' || refusal !== undefined ? undefined : gatewayOf(pod),
      pod: name || `${generateName}*`,
    },
    trigger: { kind: 'admission', by: user },
    outcome: isAdmitted ? 'Skipped' : outcomes[verdict.kind],
    reason: verdict.kind === 'refuse' ? verdict.refusal.reason : verdict.reason,
    message: refusal?.message,
    durationMs: Math.round(durationMs * 10) / 10,
  };
}

/** Undefined where its annotation names none: of a pod that has its agent already, nobody has looked at that. */
function gatewayOf({ metadata: { name, annotations: notes = {} } }: Pod): string | undefined {
  try {
    return gatewayNameOf({ podName: name, annotations: notes });
  } catch {
    return undefined;
  }
}
