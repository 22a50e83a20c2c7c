import { type Clock, pause, systemClock } from '../clock.ts';
import { isNotFound } from '../client/apiError.ts';
import { keyOf } from '../keys.ts';
import { microTime } from '../microTime.ts';
import { createTokenBucket, type TokenBucket } from '../queue/tokenBucket.ts';
import { reporter } from '../reporter.ts';
import { type Event, events } from '../resourceTypes.ts';
import type { EventRecorder, KubeClient } from '../types.ts';
import { eventObject, type RecordedEvent, seriesKey } from './eventObject.ts';

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

/** As in client-go: after so long without a repetition the next one is a new event. */
const seriesEndsAfterMs = 6 * 60_000;
/** One object's events: 25 at once, then one in five minutes, as client-go's spam filter allows. */
const perObject = { burst: 25, perSecond: 1 / 300 };
const perRecorder = { burst: 50, perSecond: 10 };
/** Kinds of events and objects that are remembered; the oldest is forgotten first. */
const maxRemembered = 4096;
/** Events that may wait to be sent, as when the API server is away. */
const maxWaiting = 1000;
const stopTimeoutMs = 5000;

interface Series {
  /** As it was sent; undefined until then. */
  sent: Event | undefined;
  readonly event: RecordedEvent;
  readonly firstDate: Date;
  count: number;
  lastDate: Date;
  lastAt: number;
}

/** Events are for people who look: they are worth sending, but never worth waiting for, nor failing for. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock = systemClock } = options;
  const report = reporter(options.onError);
  const remembered = new Map<string, Series>();
  const buckets = new Map<string, TokenBucket>();
  const outbox = createTokenBucket({ ...perRecorder, clock });
  /** What has changed since it was last sent. */
  const waiting = new Set<Series>();
  const stopping = new AbortController();
  const ending = new AbortController();
  let sending: Promise<void> | undefined;

  const allows = ({ regarding }: RecordedEvent) => {
    const object = regarding.metadata.uid ?? JSON.stringify([regarding.kind, keyOf(regarding)]);
    const bucket = buckets.get(object) ?? createTokenBucket({ ...perObject, clock });
    remember(buckets, object, bucket);
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
      if (stopping.signal.aborted || waiting.size >= maxWaiting || !allows(event)) return;
      const [key, lastAt, lastDate] = [seriesKey(event), clock.now(), clock.date()];
      const known = remembered.get(key);
      const isRepeat = known !== undefined && lastAt - known.lastAt < seriesEndsAfterMs;
      const series = isRepeat ? known : { sent: undefined, event, firstDate: lastDate, count: 0, lastDate, lastAt };
      Object.assign(series, { count: series.count + 1, lastDate, lastAt });
      remember(remembered, key, series);
      waiting.add(series);
      sending ??= sendAll();
    },
    stop: async () => {
      stopping.abort();
      const cancel = clock.schedule(stopTimeoutMs, () => ending.abort());
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
