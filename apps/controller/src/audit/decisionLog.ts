import type { Audit } from '@stoker/audit';
import { annotations, type MetadataDocument } from '@stoker/crd-types';
import type { Draft, GatewayDraft } from '../reconcile/draft.ts';
import { decisionRecords, objectOf } from './decisionRecords.ts';
import type { Deliveries } from './deliveries.ts';

/** Records what gateways are told, each thing once: what their documents say now beside what they said when last looked at. */
export interface DecisionLog {
  record(draft: Draft, told: (gateway: GatewayDraft) => MetadataDocument | undefined, now: Date): void;
  /** The CR is gone. */
  forget(key: string): void;
}

/** What was last seen of one gateway. */
interface Seen {
  readonly told: MetadataDocument | undefined;
  /** The override that was last refused, and why. */
  readonly refused: string | undefined;
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
      const next = draft.gateways.map((gateway): readonly [string, Seen] => {
        const { name } = gateway.gateway;
        const before = known?.get(name) ?? { told: gateway.told, refused: refusedInStatus(draft, name) };
        const after = { told: told(gateway) ?? before.told, refused: refusedNow(gateway) };
        const object = { stoker: draft.stoker, gatewayName: name, podName: gateway.gateway.pod.name };
        if (after.told !== undefined && after.told !== before.told) {
          const deliveryOf = (commit: string) => deliveries.of(draft.key, commit, now.getTime());
          const facts = { ...object, target: draft.target, before: before.told, after: after.told, deliveryOf, now };
          for (const entry of decisionRecords(facts)) audit.record(entry);
        }
        if (after.refused !== undefined && after.refused !== before.refused) {
          audit.record({
            action: 'override',
            object: objectOf(object),
            trigger: { kind: 'annotation', annotation: annotations.refOverride },
            ref: gateway.override?.ref,
            outcome: 'Refused',
            reason: after.refused,
            message: gateway.override?.error?.message,
          });
        }
        return [name, after];
      });
      seen.set(draft.key, new Map(next));
    },
    forget: (key) => void seen.delete(key),
  };
}

/** A git server that is away refuses nothing. */
function refusedNow({ override }: GatewayDraft): string | undefined {
  const error = override?.error;
  return error === undefined || error.class === 'transient' ? undefined : error.reason;
}

/** The process before has said so, and recorded it. */
function refusedInStatus({ stoker }: Draft, gatewayName: string): string | undefined {
  return stoker.status?.discoveredGateways?.find(({ name }) => name === gatewayName)?.error?.reason;
}
