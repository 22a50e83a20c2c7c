import { reasons, type Stoker, stokers as stokerType } from '@stoker/crd-types';
import { describeError, StokerError } from '@stoker/errors';
import { type EventRecorder, formatKey, keyOf, type ObjectKey } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { randomBytes } from 'node:crypto';
import type { WebhookEvent } from '@stoker/webhook-hmac';
import type { DeliveryRecords } from '../audit/deliveryRecords.ts';
import type { Metrics } from '../metrics.ts';
import { chooseTarget } from '../refs/target.ts';
import type { Notifier } from './notify.ts';
import { createRepeatLog } from './repeatLog.ts';
import { type Action, type Ignored, routeToAll, routeToOne, type Tracker } from './route.ts';
import type { WebhookKeys } from './webhookKeys.ts';

/** What the sender is answered; its status codes are what senders show to people. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface Receiver {
  /** What an event on this path is signed with. An unknown CR has a key that nobody knows: it costs the same time. */
  secretsFor(path: ObjectKey | undefined): readonly string[];
  /** Carries authentic events to the CRs that they concern. */
  receive(events: readonly WebhookEvent[], path: ObjectKey | undefined): Promise<Answer>;
  /** Counts and logs what was not taken for genuine, or did not come whole. */
  refused(path: ObjectKey | undefined, reason: string): void;
  /** Counts, logs and tells the CR of the path of a genuine delivery that says nothing which can be read. */
  unreadable(path: ObjectKey | undefined, delivery: { readonly sender: string; readonly error: unknown }): void;
}

/** Between two log lines that say the same of one CR, whoever sends. */
const repeatMs = 10_000;
const outcomes = { resolve: 'RefAsked', request: reasons.RefRequested, clear: 'RequestCleared' } as const;

export function createReceiver(options: {
  readonly stokers: { list(): readonly Stoker[]; get(key: ObjectKey): Stoker | undefined };
  /** Refs that gateways of a CR are on instead of its own. */
  readonly overridesOf: (key: string) => readonly string[];
  readonly keys: WebhookKeys;
  readonly notifier: Notifier;
  readonly events: EventRecorder;
  readonly audit: DeliveryRecords;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => Date;
}): Receiver {
  const { stokers, overridesOf, keys, notifier, audit, metrics, logger, now } = options;
  const nobodysKey = randomBytes(32).toString('hex');
  const tracker = (stoker: Stoker): Tracker => ({
    key: formatKey(keyOf(stoker)),
    stoker,
    followedRef: chooseTarget(stoker, now()).ref,
    overrides: overridesOf(formatKey(keyOf(stoker))),
  });

  // Whoever may connect may name any path: only those of CRs are told apart.
  const logRefusal = createRepeatLog(repeatMs, (repeated, count) => {
    const [reason, stoker] = repeated.split(' ');
    audit.refused(stoker, { reason, count });
    logger.info('push event refused', { reason, count, ...(stoker !== undefined && { stoker }) });
  });

  const route = (event: WebhookEvent, path: ObjectKey | undefined): readonly (Action | Ignored)[] => {
    if (path === undefined) {
      const actions = routeToAll(event, stokers.list().map(tracker));
      const why = 'no Stoker follows this ref of this repository';
      return actions.length > 0 ? actions : [{ kind: 'ignored', reason: 'RefNotFollowed', why }];
    }
    const stoker = stokers.get(path);
    if (stoker === undefined) return [{ kind: 'ignored', reason: 'StokerGone', why: 'the Stoker is gone' }];
    return [routeToOne(event, tracker(stoker))];
  };

  return {
    secretsFor: (path) => {
      const stoker = path && stokers.get(path);
      const known = path === undefined ? keys.installation : stoker ? keys.of(formatKey(path), stoker) : [];
      return known.length > 0 ? known : [nobodysKey];
    },
    receive: async (events, path) => {
      const accepted: string[] = [];
      const ignored: string[] = [];
      for (const event of events) {
        const delivery = audit.begin(event);
        const fields = { sender: event.sender, delivery: event.delivery, ref: event.ref, commit: event.commit };
        try {
          for (const action of route(event, path)) {
            if (action.kind === 'ignored') {
              ignored.push(action.why);
              delivery.ignored(path, action);
              metrics.pushEvent(event.sender, 'ignored');
              logger.info('push event ignored', {
                ...fields,
                reason: action.reason,
                ...(path && { stoker: formatKey(path) }),
              });
              continue;
            }
            delivery.routed(action);
            await notifier.notify(action, event);
            delivery.accepted(action, outcomes[action.kind]);
            accepted.push(action.key);
            metrics.pushEvent(event.sender, 'accepted');
            logger.info('push event accepted', { ...fields, stoker: action.key, reason: outcomes[action.kind] });
          }
        } catch (error) {
          const { reason, message } = describeError(error);
          const isSendersFault = reason === 'InvalidRef';
          metrics.pushEvent(event.sender, isSendersFault ? 'refused' : 'failed');
          delivery.failed(path, { outcome: isSendersFault ? 'Refused' : 'Failed', reason });
          logger.warn('push event not carried out', { ...fields, reason, error });
          return isSendersFault
            ? { status: 422, body: { error: reason, message } }
            : { status: 503, body: { error: 'Unavailable', message: 'the cluster did not take it; deliver again' } };
        }
      }
      return {
        status: 202,
        body: path === undefined ? { accepted: accepted.length } : { accepted: accepted.length, ignored },
      };
    },
    refused: (path, reason) => {
      if (reason !== 'BodyAborted') metrics.pushEvent('unknown', reason === 'BodyRefused' ? 'failed' : 'refused');
      logRefusal(path !== undefined && stokers.get(path) ? `${reason} ${formatKey(path)}` : reason);
    },
    unreadable: (path, { sender, error }) => {
      metrics.pushEvent(sender, 'refused');
      const { reason, message } = describeError(error);
      // Its cause may quote the payload, and there is no knowing what that holds.
      const quoteless = new StokerError(message, { reason, class: 'stalled' });
      audit.unreadable(path, { sender, reason, message });
      logger.warn('push event not read', {
        sender,
        reason,
        error: quoteless,
        ...(path && { stoker: formatKey(path) }),
      });
      const stoker = path && stokers.get(path);
      if (stoker === undefined) return;
      const { group, version, kind } = stokerType;
      options.events.record({
        regarding: { apiVersion: `${group}/${version}`, kind, metadata: stoker.metadata },
        type: 'Warning',
        reason: reasons.InvalidPayload,
        action: 'Receive',
        note: `a push event of ${sender} cannot be read: ${message}`,
      });
    },
  };
}
