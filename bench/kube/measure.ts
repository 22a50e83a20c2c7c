import { setTimeout } from 'node:timers/promises';
import { type KubeClient, leases } from '@stoker/kube';
import { percentile } from '../percentile.ts';
import { changeObjects } from './load.ts';
import type { Mode, RunningProgram } from './startProgram.ts';

export type ProgramName = 'ours' | 'peer';

/** What is done to a program. */
export interface Load {
  readonly objects: number;
  /** After the list: what it has left to be tidied up is no idling. */
  readonly settleSeconds: number;
  readonly idleSeconds: number;
  readonly changes: number;
  readonly changesPerSecond: number;
}

/** Starts a program in a mode. */
export type Start = (name: ProgramName, mode: Mode) => RunningProgram;

/** One value for each program. */
export type Both<T> = Readonly<Record<ProgramName, T>>;

/** List and cache with one after the other, then let both do nothing at the same time. */
export async function measureCaching(
  start: Start,
  names: readonly ProgramName[],
  client: KubeClient,
  { settleSeconds, idleSeconds }: Load,
) {
  const measured = new Map<ProgramName, { program: RunningProgram; cachedMs: number; peakBytes: number }>();
  for (const name of names) {
    const program = start(name, 'cache');
    const { ms, peakBytes } = await program.cached;
    measured.set(name, { program, cachedMs: ms, peakBytes });
  }
  const heart = beat(client);
  await setTimeout(settleSeconds * 1000);
  const before = new Map([...measured].map(([name, { program }]) => [name, program.cpuMs()]));
  await setTimeout(idleSeconds * 1000);
  const after = new Map([...measured].map(([name, { program }]) => [name, program.cpuMs()]));
  await heart.stop();
  for (const { program } of measured.values()) await program.end();
  const of = (name: ProgramName) => {
    const { cachedMs = NaN, peakBytes = NaN } = measured.get(name) ?? {};
    const idleMs = (after.get(name) ?? NaN) - (before.get(name) ?? NaN);
    return { cachedMs, peakBytes, idleCpuMs: (idleMs / idleSeconds) * 60 };
  };
  return { ours: of('ours'), peer: of('peer') };
}

/**
 * Renews a Lease every two seconds, as somebody does in every cluster. An API server on which nothing is ever written sends no
 * bookmarks, and its watches look dead.
 */
function beat(client: KubeClient): { stop(): Promise<void> } {
  const ended = new AbortController();
  const beating = (async () => {
    for (let count = 0; !ended.signal.aborted; count += 1) {
      const lease = { metadata: { namespace: 'default', name: 'heart' }, spec: { holderIdentity: `beat ${count}` } };
      await client.apply(leases, lease, { fieldManager: 'bench' });
      await setTimeout(2000, undefined, { signal: ended.signal }).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
    }
  })();
  return {
    stop: () => {
      ended.abort();
      return beating;
    },
  };
}

/**
 * Reconcile everything once with a look into the cache, one program after the other; then let both follow the same changes
 * at the same time, so that whatever else the machine does is the same for both. Throws when a change is missed.
 */
export async function measureReading(
  start: Start,
  names: readonly ProgramName[],
  { client, namespace, prefix }: { client: KubeClient; namespace: string; prefix: string },
  { objects, changes, changesPerSecond }: Load,
) {
  const running: { name: ProgramName; program: RunningProgram; ms: number }[] = [];
  for (const name of names) {
    const program = start(name, 'read');
    running.push({ name, program, ms: (await program.reconciled).ms });
  }
  const sentAt = await changeObjects(client, { namespace, prefix, count: changes, perSecond: changesPerSecond });
  await setTimeout(1000);
  const measured = new Map<ProgramName, ReturnType<typeof figuresOf>>();
  for (const { name, program, ms } of running) {
    const { at } = await program.end();
    measured.set(name, figuresOf((objects / ms) * 1000, delaysOf(name, sentAt, at)));
  }
  return { ours: measured.get('ours') ?? nothing, peer: measured.get('peer') ?? nothing };
}

function figuresOf(reconcilesPerSecond: number, delays: readonly number[]) {
  return { reconcilesPerSecond, delayP50Ms: percentile(delays, 50), delayP99Ms: percentile(delays, 99) };
}

const nothing = figuresOf(NaN, []);

function delaysOf(name: ProgramName, sentAt: ReadonlyMap<string, number>, seenAt: Readonly<Record<string, number>>) {
  return [...sentAt].map(([change, since]) => {
    const at = seenAt[change];
    if (at === undefined) throw new Error(`${name} has missed the change ${change}`);
    return at - since;
  });
}

/** Reconcile everything once with one server-side apply each. */
export async function measureWriting(start: Start, name: ProgramName, { objects }: Load) {
  const program = start(name, 'write');
  const { ms } = await program.reconciled;
  await program.end();
  return { writesPerSecond: (objects / ms) * 1000 };
}
