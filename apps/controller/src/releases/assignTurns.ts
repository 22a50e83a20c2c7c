import { reasons, type StokerSpec } from '@stoker/crd-types';
import type { Verdict } from '../gates/gate.ts';

/** A gateway, as far as it takes or wants a place. */
export interface Contender {
  readonly name: string;
  /** It would be given another release now. */
  readonly wants: boolean;
  /** It has a release, has not completed it, and its agent is at work. */
  readonly isUnderWay: boolean;
  /** When it was given its release, and those within a minute before; newest first. */
  readonly releaseTimes: readonly Date[];
}

export interface Turns {
  /** Why each of those that have to wait does. */
  readonly queued: ReadonlyMap<string, Verdict>;
  /** When the next place is free by time alone, in ms from now; undefined: not by time. */
  readonly againInMs: number | undefined;
}

const minuteMs = 60_000;
/** An agent that is at work without an end gives its place to others. */
const heldAtMostMs = 600_000;

/**
 * Whose turn it is: whoever has had its release for longest goes first, so that nobody is overtaken for
 * ever. A place is free again once its gateway has completed its release or failed, or its agent is gone; one that is under
 * way and gets yet another release keeps its place.
 */
export function assignTurns(
  contenders: readonly Contender[],
  limits: StokerSpec['limits'],
  now: Date,
  settingOf: (limit: keyof NonNullable<StokerSpec['limits']>) => string = (limit) => `spec.limits.${limit}`,
): Turns {
  const { maxConcurrentSyncs = Infinity, maxSyncsPerMinute = Infinity } = limits ?? {};
  const agesMs = contenders.flatMap(({ releaseTimes }) => releaseTimes.map((at) => now.getTime() - at.getTime()));
  // What lies ahead was written before the clock was set back, and must not hold anybody.
  const recentMs = agesMs.filter((age) => age >= 0 && age < minuteMs);
  const holdsPlace = (contender: Contender) => contender.isUnderWay && ageOf(contender, now) < heldAtMostMs;
  let places = maxConcurrentSyncs - contenders.filter(holdsPlace).length;
  let starts = maxSyncsPerMinute - recentMs.length;
  const queued = new Map<string, Verdict>();
  for (const contender of contenders.filter(({ wants }) => wants).toSorted(longestFirst)) {
    const needed = holdsPlace(contender) ? 0 : 1;
    if (starts >= 1 && places >= needed) {
      starts -= 1;
      places -= needed;
      continue;
    }
    // Without numbers that change: it is written into the document of each that waits.
    const limit =
      starts < 1
        ? `${settingOf('maxSyncsPerMinute')} is ${maxSyncsPerMinute}`
        : `${settingOf('maxConcurrentSyncs')} is ${maxConcurrentSyncs}`;
    queued.set(contender.name, { reason: reasons.LimitReached, message: `waits for its turn: ${limit}` });
  }
  return { queued, againInMs: queued.size === 0 ? undefined : minuteMs - Math.max(0, ...recentMs) };
}

function longestFirst(a: Contender, b: Contender): number {
  const since = ({ releaseTimes: [latest] }: Contender) => latest?.getTime() ?? 0;
  return since(a) - since(b) || (a.name < b.name ? -1 : 1);
}

function ageOf({ releaseTimes: [latest] }: Contender, now: Date): number {
  return latest === undefined ? 0 : now.getTime() - latest.getTime();
}

/** The times with one more, as far as they matter: with them in the cluster, a controller that starts knows who went when. */
export function withRelease(before: readonly string[], now: Date): readonly string[] {
  const recent = before.filter((at) => Math.abs(now.getTime() - Date.parse(at)) < minuteMs);
  return [now.toISOString(), ...recent.slice(0, 15)];
}
