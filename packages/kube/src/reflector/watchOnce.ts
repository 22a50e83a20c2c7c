import type { Clock, Environment } from '../clock.ts';
import { ApiError, type Status } from '../client/apiError.ts';
import { metadataAccept } from '../client/listPages.ts';
import { apiVersionOf, resourcePath } from '../client/resourcePath.ts';
import type { KubeObject, ReflectorOptions } from '../types.ts';
import { maxSilenceMs, minWatchSeconds } from './protocolTimes.ts';
import { readLines } from './readLines.ts';

export type WatchEvent<T> = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: T };

/**
 * One watch from a version on, until the server ends it. Without a version the server sends all that there is, as ADDED
 * events and a bookmark that `endsInitialEvents`, and goes on from there: a list that no page has to hold. Throws `ApiError` for whatever else ends it: an ERROR event
 * has the status of its object, a broken line is `BadAnswer`, a silent connection `Silent`.
 */
export async function* watchOnce<T extends KubeObject>(
  options: ReflectorOptions<T>,
  resourceVersion: string | undefined,
  signal: AbortSignal,
  { clock, random }: Environment,
): AsyncGenerator<WatchEvent<T>> {
  const { client, type, namespace, labelSelector, fieldSelector, metadataOnly } = options;
  const timeoutSeconds = String(Math.round(minWatchSeconds * (1 + random())));
  const start = resourceVersion === undefined ? streamingList : { resourceVersion };
  const query = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds, ...start };
  const path = resourcePath(type, { namespace, query: { ...query, labelSelector, fieldSelector } });
  const silence = watchForSilence(signal, clock);
  try {
    const accept = metadataOnly ? metadataAccept('PartialObjectMetadata') : undefined;
    const chunks = await client.stream(path, { accept, signal: silence.signal });
    for await (const line of readLines(silence.heard(chunks))) yield readEvent(line, apiVersionOf(type), type.kind);
  } catch (error) {
    if (silence.isOver()) throw new ApiError(`the watch was silent for ${maxSilenceMs} ms`, silent(error));
    throw error;
  } finally {
    silence.stop();
  }
}

/** KEP-3157: the state as of now or later, then its changes. */
const streamingList = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };

/** Whether all that there was has been sent. */
export function endsInitialEvents<T extends KubeObject>({ type, object }: WatchEvent<T>): boolean {
  return type === 'BOOKMARK' && object.metadata?.annotations?.['k8s.io/initial-events-end'] === 'true';
}

const silent = (cause: unknown) => ({ status: 0, reason: 'Silent', cause });

function readEvent<T extends KubeObject>(line: string, apiVersion: string, kind: string): WatchEvent<T> {
  const { type, object } = parse(line) as { type: string; object: T & Status };
  if (type === 'ERROR') {
    const seconds = object.details?.retryAfterSeconds;
    throw new ApiError(object.message ?? 'the watch reported an error', {
      status: object.code ?? 500,
      reason: object.reason ?? 'Unknown',
      retryAfterMs: seconds === undefined ? undefined : seconds * 1000,
    });
  }
  return { type: type as WatchEvent<T>['type'], object: { ...object, apiVersion, kind } };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new ApiError('the watch sent a broken line', { status: 0, reason: 'BadAnswer', cause });
  }
}

/** Aborts when nothing was heard for too long. It counts bytes, not events: a bookmark is a sign of life. */
function watchForSilence(caller: AbortSignal, clock: Clock) {
  const controller = new AbortController();
  let heardAt = clock.now();
  let isOver = false;
  const listen = () => {
    const restMs = heardAt + maxSilenceMs - clock.now();
    if (restMs > 0) cancel = clock.schedule(restMs, listen);
    else {
      isOver = true;
      controller.abort();
    }
  };
  let cancel = clock.schedule(maxSilenceMs, listen);
  const stop = () => controller.abort();
  if (caller.aborted) stop();
  caller.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    isOver: () => isOver,
    async *heard(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        heardAt = clock.now();
        yield chunk;
      }
    },
    stop: () => {
      cancel();
      caller.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}
