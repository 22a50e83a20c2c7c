import { changesName, documentKeys, statusName, type ChangesDocument, type StatusDocument } from '@stoker/crd-types';
import { configMaps, type KubeClient } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { createPublisher, type Publisher } from './publisher.ts';

/** A phase that is over sooner is not worth a write. */
const passingPhaseMs = 1_000;
/** The last status is written again this often, in case someone else changed it. */
const repeatMs = 600_000;

/** What the controller and people are told: two ConfigMaps, which the controller has created. */
export interface Reports {
  /** Undefined: this agent has no say any more, and unsent reports are dropped. */
  status(status: StatusDocument | undefined): void;
  changes(changes: ChangesDocument): void;
  stop(withinMs: number): Promise<void>;
}

export interface ReportOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly crName: string;
  readonly gatewayName: string;
  readonly log: Logger;
}

export function createReports(options: ReportOptions): Reports {
  const { crName, gatewayName } = options;
  const status = publisherOf(options, statusName(crName, gatewayName), documentKeys.status);
  const changes = publisherOf(options, changesName(crName, gatewayName), documentKeys.changes);
  let later: NodeJS.Timeout | undefined;
  const repeat = setInterval(() => status.repeat(), repeatMs).unref();
  return {
    status(document) {
      clearTimeout(later);
      if (document === undefined) {
        status.drop();
        changes.drop();
      } else if (isPassing(document.phase)) {
        later = setTimeout(() => status.publish(JSON.stringify(document)), passingPhaseMs).unref();
      } else status.publish(JSON.stringify(document));
    },
    changes: (document) => changes.publish(JSON.stringify(document)),
    async stop(withinMs) {
      clearTimeout(later);
      clearInterval(repeat);
      await Promise.all([status.flush(withinMs), changes.flush(withinMs)]);
    },
  };
}

function publisherOf({ client, namespace, log }: ReportOptions, name: string, key: string): Publisher {
  return createPublisher({
    write: async (text) => {
      await client.mergePatch(configMaps, { namespace, name }, { data: { [key]: text } });
    },
    onError: (error, attempt) => log.warn('report not written', { reason: name, error, attempt }),
  });
}

function isPassing(phase: StatusDocument['phase']): boolean {
  return phase === 'Fetching' || phase === 'Syncing' || phase === 'Scanning';
}
