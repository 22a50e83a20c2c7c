import type { Stoker } from '@stoker/crd-types';
import { type Event, events as eventType } from '@stoker/kube';
import { chooseStoker } from '../get/chooseStoker.ts';
import { listStokers } from '../get/listStokers.ts';
import { aligned } from '../get/renderTree.ts';
import type { Answer, Request } from '../run.ts';

interface EventSummary {
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly object: string;
  readonly message: string;
  readonly count: number;
}

/** `kubectl stoker events`. */
export async function events({ client, namespace, words: [name] }: Request): Promise<Answer> {
  const stoker = chooseStoker(await listStokers(client, namespace), name, namespace);
  const { items } = await client.list(eventType, { namespace });
  const found = eventsOf(stoker, items);
  const nothing = `nothing was told of Stoker ${stoker.metadata.name} of late`;
  return {
    text: found.length === 0 ? nothing : renderEvents(found),
    document: { namespace, stoker: stoker.metadata.name, events: found },
    isWell: true,
  };
}

/** Those about the Stoker and about the pods of its gateways, oldest first. */
export function eventsOf({ metadata, status }: Stoker, all: readonly Event[]): readonly EventSummary[] {
  const pods = new Set((status?.discoveredGateways ?? []).map(({ pod }) => pod));
  const concerns = ({ regarding: { kind, name } }: Event) =>
    (kind === 'Stoker' && name === metadata.name) || (kind === 'Pod' && pods.has(name));
  return all
    .filter(concerns)
    .map(summarise)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Events of old clients, the kubelet's among them, have their time elsewhere, and may lack what others have. */
type AnyEvent = Partial<Event> &
  Pick<Event, 'metadata' | 'regarding'> & {
    readonly deprecatedLastTimestamp?: string | null;
    readonly deprecatedCount?: number;
  };

function summarise(event: AnyEvent): EventSummary {
  const { type = '', reason = '', note = '', regarding, metadata } = event;
  const { series, eventTime, deprecatedLastTimestamp, deprecatedCount } = event;
  return {
    at: series?.lastObservedTime ?? (eventTime || deprecatedLastTimestamp) ?? metadata.creationTimestamp ?? '',
    type,
    reason,
    object: `${regarding.kind}/${regarding.name}`,
    message: note,
    count: series?.count ?? deprecatedCount ?? 1,
  };
}

/** A line for each. */
export function renderEvents(found: readonly EventSummary[]): string {
  const rows = found.map(({ at, type, reason, object, message, count }) => [
    at.replace(/\.\d+/, ''),
    type,
    reason,
    object,
    count > 1 ? `${message} (${count} times)` : message,
  ]);
  return aligned(rows).join('\n');
}
