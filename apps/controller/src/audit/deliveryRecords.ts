import type { Audit, AuditEntry } from '@stoker/audit';
import { formatKey, type ObjectKey, parseKey } from '@stoker/kube';
import type { WebhookEvent } from '@stoker/webhook-hmac';
import type { Action, Ignored } from '../receiver/route.ts';
import type { Deliveries } from './deliveries.ts';

/** A record of each decision of the receiver. */
export interface DeliveryRecords {
  begin(event: WebhookEvent): DeliveryRecord;
  /** Requests that were not genuine, or did not come whole: said once for many. */
  refused(key: string | undefined, refused: { readonly reason: string | undefined; readonly count: number }): void;
  unreadable(
    path: ObjectKey | undefined,
    delivery: { readonly sender: string; readonly reason: string; readonly message: string },
  ): void;
}

interface DeliveryRecord {
  /** It is about to be carried out: what comes of it, comes of this delivery. */
  routed(action: Action): void;
  accepted(action: Action, reason: string): void;
  ignored(path: ObjectKey | undefined, ignored: Ignored): void;
  failed(
    path: ObjectKey | undefined,
    failed: { readonly outcome: 'Refused' | 'Failed'; readonly reason: string },
  ): void;
}

export function createDeliveryRecords(audit: Pick<Audit, 'record'>, deliveries: Deliveries): DeliveryRecords {
  return {
    begin: (event) => {
      const startedAt = performance.now();
      const { sender, delivery, ref, commit } = event;
      const record = (key: string | undefined, rest: Pick<AuditEntry, 'outcome' | 'reason' | 'message'>) =>
        audit.record({
          action: 'delivery',
          object: objectOf(key),
          trigger: { kind: 'pushEvent', sender, delivery },
          ref,
          commit,
          ...rest,
          durationMs: Math.round(performance.now() - startedAt),
        });
      return {
        routed: (action) => deliveries.note(action, { sender, delivery, atMs: Date.now() }),
        accepted: ({ key }, reason) => record(key, { outcome: 'Accepted', reason }),
        ignored: (path, { reason, why }) =>
          record(path && formatKey(path), { outcome: 'Ignored', reason, message: why }),
        failed: (path, { outcome, reason }) => record(path && formatKey(path), { outcome, reason }),
      };
    },
    refused: (key, { reason, count }) => {
      audit.record({
        action: 'delivery',
        object: objectOf(key),
        trigger: { kind: 'pushEvent' },
        outcome: 'Refused',
        reason,
        message: `${count} ${count === 1 ? 'request' : 'requests'} within ten seconds`,
      });
    },
    unreadable: (path, { sender, reason, message }) => {
      const object = objectOf(path && formatKey(path));
      audit.record({
        action: 'delivery',
        object,
        trigger: { kind: 'pushEvent', sender },
        outcome: 'Refused',
        reason,
        message,
      });
    },
  };
}

function objectOf(key: string | undefined): AuditEntry['object'] {
  if (key === undefined) return {};
  const { namespace, name } = parseKey(key);
  return { namespace, stoker: name };
}
