import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyPair } from '../admission/server.ts';
import type { KeyPairSource } from './fromFiles.ts';
import { ensureSelfManagedPair, type SelfManagedOptions, trustedCertificates, untilTrustedMs } from './selfManaged.ts';

/** How often a replica looks whether another has renewed the certificate, or whether it is due. */
const checkMs = 60_000;
/** From trust to use: every API server must have seen the new `caBundle` before it meets the new certificate. */
const settleMs = 10_000;

/** Keeps the self-managed pair valid, and reports each new one once it is trusted. */
export async function selfManagedKeyPair(
  options: SelfManagedOptions,
  onChange: (pair: KeyPair) => void,
  onError: (error: unknown) => void,
  times = { checkMs, settleMs },
): Promise<KeyPairSource> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const before = await trustedCertificates(options);
  const initial = await ensureSelfManagedPair(options);
  // Meanwhile other replicas serve with the pair before it.
  await pause(untilTrustedMs(initial, before, { now: options.now(), settleMs: times.settleMs }), signal);

  const follow = async () => {
    let current = initial;
    while (!signal.aborted) {
      await pause(times.checkMs, signal);
      try {
        const next = await ensureSelfManagedPair(options);
        if (next.cert === current.cert) continue;
        await pause(times.settleMs, signal);
        if (signal.aborted) return;
        current = next;
        onChange(next);
      } catch (error) {
        onError(error);
      }
    }
  };
  void follow();
  return { initial, stop: () => stopping.abort() };
}

/** Ends early when the signal aborts; whoever waits asks the signal. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
