import type { Audit } from '@stoker/audit';
import { annotations, type MetadataDocument } from '@stoker/crd-types';
import type { Draft, GatewayDraft, Released } from '../reconcile/draft.ts';
import { decisionRecords, objectOf } from './decisionRecords.ts';
import type { Deliveries } from './deliveries.ts';

/** Records what gateways are told, each thing once: what their documents say now beside what they said when last looked at. */
export interface DecisionLog {
  /** Answers which of its gateways have been told another release since. */
  record(draft: Draft, told: (gateway: GatewayDraft) => MetadataDocument | undefined, now: Date): readonly Released[];
  /** The CR is gone. */
  forget(key: string): void;
}

/** What was last seen of one gateway. */
interface Seen {
  readonly told: MetadataDocument | undefined;
  readonly refused: Refusal | undefined;
}

/** Why an override was last refused. */
interface Refusal {
  /** What the pod asked for; undefined where only the status is known. */
  readonly ref: string | undefined;
  readonly reason: string;
}

/**
 * Keeps what it has recorded, so that a write whose answer was lost is recorded once it is seen; what it has not seen in
 * this process yet, it takes for recorded by the one before, as the documents have it.
 */
export function createDecisionLog(audit: Pick<Audit, 'record'>, deliveries: Deliveries): DecisionLog {
  const seen = new Map<string, ReadonlyMap<string, Seen>>();
  return {
    record: (draft, told, now) => {
      const known = seen.get(draft.key);
      const released: Released[] = [];
      const next = draft.gateways.map((gateway): readonly [string, Seen] => {
        const { name } = gateway.gateway;
        const before = known?.get(name) ?? { told: gateway.told, refused: refusedInStatus(draft, name) };
        const after = { told: told(gateway) ?? before.told, refused: refusedNow(gateway, before.refused) };
        const object = { stoker: draft.stoker, gatewayName: name, podName: gateway.gateway.pod.name };
        if (after.told !== undefined && after.told !== before.told) {
          const deliveryOf = (commit: string) => deliveries.of(draft.key, commit, now.getTime());
          const facts = { ...object, target: draft.target, before: before.told, after: after.told, deliveryOf, now };
          for (const entry of decisionRecords(facts)) audit.record(entry);
          const { release } = after.told;
          if (release !== undefined && release.id !== before.told?.release?.id)
            released.push({ gatewayName: name, release });
        }
        if (after.refused !== undefined && isNews(after.refused, before.refused)) {
          audit.record({
            action: 'override',
            object: objectOf(object),
            trigger: { kind: 'annotation', annotation: annotations.refOverride },
            ref: after.refused.ref,
            outcome: 'Refused',
            reason: after.refused.reason,
            message: gateway.override?.error?.message,
          });
        }
        return [name, after];
      });
      seen.set(draft.key, new Map(next));
      return released;
    },
    forget: (key) => void seen.delete(key),
  };
}

/** What was said before stays said until git answers: a server that is slow or away neither refuses nor allows. */
function refusedNow({ override }: GatewayDraft, before: Refusal | undefined): Refusal | undefined {
  if (override === undefined) return undefined;
  const { ref, commit, error } = override;
  if (error !== undefined && error.class !== 'transient') return { ref, reason: error.reason };
  return commit === undefined ? before : undefined;
}

function isNews(refused: Refusal, before: Refusal | undefined): boolean {
  return refused.reason !== before?.reason || refused.ref !== (before.ref ?? refused.ref);
}

/** The process before has said so, and recorded it. */
function refusedInStatus({ stoker }: Draft, gatewayName: string): Refusal | undefined {
  const reason = stoker.status?.discoveredGateways?.find(({ name }) => name === gatewayName)?.error?.reason;
  return reason === undefined ? undefined : { ref: undefined, reason };
}
