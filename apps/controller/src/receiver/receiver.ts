import type { Stoker } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import { formatKey, keyOf, type ObjectKey } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { randomBytes } from 'node:crypto';
import type { WebhookEvent } from '@stoker/webhook-hmac';
import type { Metrics } from '../metrics.ts';
import { chooseTarget } from '../refs/target.ts';
import type { Notifier } from './notify.ts';
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
}

export function createReceiver(options: {
  readonly stokers: { list(): readonly Stoker[]; get(key: ObjectKey): Stoker | undefined };
  readonly keys: WebhookKeys;
  readonly notifier: Notifier;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => Date;
}): Receiver {
  const { stokers, keys, notifier, metrics, logger, now } = options;
  const nobodysKey = randomBytes(32).toString('hex');
  const tracker = (stoker: Stoker): Tracker => ({
    key: formatKey(keyOf(stoker)),
    stoker,
    followedRef: chooseTarget(stoker, now()).ref,
  });

  const route = (event: WebhookEvent, path: ObjectKey | undefined): readonly (Action | Ignored)[] => {
    if (path === undefined) {
      const actions = routeToAll(event, stokers.list().map(tracker));
      return actions.length > 0 ? actions : [{ kind: 'ignored', why: 'no Stoker follows this ref of this repository' }];
    }
    const stoker = stokers.get(path);
    return [stoker ? routeToOne(event, tracker(stoker)) : { kind: 'ignored', why: 'the Stoker is gone' }];
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
        const fields = { sender: event.sender, delivery: event.delivery, ref: event.ref, commit: event.commit };
        try {
          for (const action of route(event, path)) {
            if (action.kind === 'ignored') {
              ignored.push(action.why);
              metrics.pushEvent(event.sender, 'ignored');
              logger.info('push event ignored', {
                ...fields,
                reason: action.why,
                ...(path && { stoker: formatKey(path) }),
              });
              continue;
            }
            await notifier.notify(action, event.sender);
            accepted.push(action.key);
            metrics.pushEvent(event.sender, 'accepted');
            logger.info('push event accepted', { ...fields, stoker: action.key, reason: action.kind });
          }
        } catch (error) {
          const { reason, message } = describeError(error);
          const isSendersFault = reason === 'InvalidRef';
          metrics.pushEvent(event.sender, isSendersFault ? 'refused' : 'failed');
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
  };
}
