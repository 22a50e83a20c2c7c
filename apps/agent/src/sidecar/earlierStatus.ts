import { setTimeout as delay } from 'node:timers/promises';
import { documentKeys, parseStatusDocument, statusName, type StatusDocument } from '@stoker/crd-types';
import { configMaps } from '@stoker/kube';
import { backoffMs } from '../backoff.ts';
import type { ReportOptions } from './reports.ts';

const longestPauseMs = 10_000;

/**
 * What was last reported of this gateway. Until it is known nothing new is reported, which would take its place; the API
 * server is asked until it answers. Undefined: nothing that can be read, or `signal` came first. Never throws.
 */
export async function readEarlierStatus(
  options: ReportOptions,
  signal: AbortSignal,
): Promise<StatusDocument | undefined> {
  const { client, namespace, crName, gatewayName } = options;
  const name = statusName(crName, gatewayName);
  const log = options.log.with({ reason: name });
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const found = await client.find(configMaps, { namespace, name }, { signal });
      return parseEarlier(found?.data?.[documentKeys.status], (error) =>
        log.warn('earlier status not readable; its history is lost', { error }),
      );
    } catch (error) {
      if (signal.aborted) return undefined;
      log.warn('earlier status not read; nothing is reported before', { error, attempt });
      const pauseMs = Math.min(longestPauseMs, backoffMs('transient', attempt, Math.random()));
      await pause(pauseMs, signal);
    }
  }
  return undefined;
}

function parseEarlier(text: string | undefined, onError: (error: unknown) => void): StatusDocument | undefined {
  try {
    return text === undefined ? undefined : parseStatusDocument(text);
  } catch (error) {
    onError(error);
    return undefined;
  }
}

/** Ends early with the signal. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(durationMs, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
