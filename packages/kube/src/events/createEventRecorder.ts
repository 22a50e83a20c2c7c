import { type Clock, pause, systemClock } from '../clock.ts';
import { isNotFound } from '../client/apiError.ts';
import { keyOf } from '../keys.ts';
import { microTime } from '../microTime.ts';
import { createTokenBucket, type TokenBucket } from '../queue/tokenBucket.ts';
import { reporter } from '../reporter.ts';
import { events } from '../resourceTypes.ts';
import type { EventRecorder, KubeClient } from '../types.ts';
import { eventObject, reasonKey, type RecordedEvent } from './eventObject.ts';
import { findSeries, otherNotes, type Series, type SeriesByNote } from './findSeries.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** Qualified, such as `example.com/controller`. */
  readonly component: string;
  /** Which of its replicas: the host name. */
  readonly instance: string;
  /** An event that could not be sent, and is not sent again. */
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * One object's events: 25 at once, then one in five minutes, as client-go's spam filter allows. Of each type apart: what
 * goes well never uses up what a Warning needs. Nor do repeats use up what another event needs: they have as many
 * updates again, and those that are over are counted with the next.
 */
const perObject = { burst: 25, perSecond: 1 / 300 };
const perRecorder = { burst: 50, perSecond: 10 };
/** As client-go says it, so that nobody takes the note of one for that of all. */
const combined = '(combined from similar events): ';
/** Kinds of events and objects that are remembered; the oldest is forgotten first. */
const maxRemembered = 4096;
/** Events that may wait to be sent, as when the API server is away. */
const maxWaiting = 1000;
const stopTimeoutMs = 5000;

/** Events are for people who look: they are worth sending, but never worth waiting for, nor failing for. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock = systemClock } = options;
  const report = reporter(options.onError);
  const remembered = new Map<string, SeriesByNote>();
  const buckets = new Map<string, TokenBucket>();
  const outbox = createTokenBucket({ ...perRecorder, clock });
  /** What has changed since it was last sent. */
  const waiting = new Set<Series>();
  const stopping = new AbortController();
  const ending = new AbortController();
  let sending: Promise<void> | undefined;

  const allows = ({ regarding, type }: RecordedEvent, isRepeat: boolean) => {
    const object = regarding.metadata.uid ?? JSON.stringify([regarding.kind, keyOf(regarding)]);
    const key = `${type} ${isRepeat} ${object}`;
    const bucket = buckets.get(key) ?? createTokenBucket({ ...perObject, clock });
    remember(buckets, key, bucket);
    return bucket.tryTake();
  };
  const send = async (series: Series) => {
    const request = { signal: ending.signal };
    const { count, lastDate, sent } = series;
    if (sent && count > 1) {
      const patch = { series: { count, lastObservedTime: microTime(lastDate) } };
      try {
        return void (await client.mergePatch(events, keyOf(sent), patch, request));
      } catch (error) {
        // The server keeps events for an hour: then the series begins again.
        if (!isNotFound(error)) throw error;
      }
    }
    const object = eventObject(series.event, options, series.firstDate);
    const again = count > 1 ? { series: { count, lastObservedTime: microTime(lastDate) } } : {};
    series.sent = await client.create(events, { ...object, ...again }, request);
  };
  const sendAll = async () => {
    for (const series of waiting) {
      // On the way out nobody is held up by politeness.
      await pause(clock, outbox.reserve(), stopping.signal);
      waiting.delete(series);
      try {
        await send(series);
      } catch (error) {
        report(error);
      }
    }
    sending = undefined;
  };

  return {
    record: (event) => {
      if (stopping.signal.aborted) return;
      const key = reasonKey(event);
      const byNote = remembered.get(key) ?? new Map();
      const [lastAt, lastDate] = [clock.now(), clock.date()];
      const { place, repeated } = findSeries(byNote, event.note, lastAt);
      const isSent = waiting.size < maxWaiting && allows(event, repeated !== undefined);
      if (!isSent && !repeated) return;
      const first = place === otherNotes ? { ...event, note: `${combined}${event.note}` } : event;
      const series = repeated ?? { sent: undefined, event: first, firstDate: lastDate, count: 0, lastDate, lastAt };
      Object.assign(series, { count: series.count + 1, lastDate, lastAt });
      remember(remembered, key, byNote.set(place, series));
      if (!isSent) return;
      waiting.add(series);
      sending ??= sendAll();
    },
    stop: async () => {
      stopping.abort();
      const cancel = clock.schedule(stopTimeoutMs, () => {
        ending.abort();
        if (waiting.size > 0) report(new Error(`${waiting.size} events were not sent before the end`));
        waiting.clear();
      });
      await sending;
      cancel();
    },
  };
}

/** Puts an entry last, and forgets the first when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxRemembered && oldest !== undefined) map.delete(oldest);
}
