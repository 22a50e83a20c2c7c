import type { StokerSpec } from '@stoker/crd-types';
import { assignTurns, type Contender, type Turns } from './assignTurns.ts';

/** Whose turn it is over the gateways of all Stokers, oldest first, as `assignTurns` has it for those of one. */
export interface InstallationTurns {
  /** Whose turn it is among the gateways of one Stoker, which are remembered as they are now: those that need not wait as sent. */
  take(key: string, contenders: readonly Contender[], now: Date): Turns;
  /** Its gateways want nothing for now; those under way keep their places. */
  withdraw(key: string): void;
  /** It is gone, and its gateways hold no place. */
  forget(key: string): void;
}

/**
 * Keeps in memory what every Stoker's reconcile has said last. What a controller that has just started does not know yet, it
 * takes from the documents in the cluster, so that it sends nobody too many.
 */
export function createInstallationTurns(options: {
  readonly limits: NonNullable<StokerSpec['limits']>;
  readonly stokers: () => readonly string[];
  /** What the documents of a Stoker say of its gateways. */
  readonly documented: (key: string) => readonly Contender[];
  /** One of its gateways had to wait and need not any more. */
  readonly onTurn: (key: string) => void;
  readonly now: () => Date;
}): InstallationTurns {
  const { limits, stokers, documented, onTurn } = options;
  const known = new Map<string, readonly Contender[]>();

  function assign(now: Date): Turns {
    for (const key of stokers()) if (!known.has(key)) known.set(key, named(key, documented(key)));
    return assignTurns([...known.values()].flat(), limits, now, flagOf);
  }

  function wakeOthers(key: string, now: Date): void {
    const { queued } = assign(now);
    for (const [other, contenders] of known) {
      if (other !== key && contenders.some(({ name, wants }) => wants && !queued.has(name))) onTurn(other);
    }
  }

  function withdraw(key: string): void {
    const contenders = known.get(key);
    if (contenders === undefined) return;
    known.set(
      key,
      contenders.map((contender) => ({ ...contender, wants: false })),
    );
    wakeOthers(key, options.now());
  }

  if (Object.keys(limits).length === 0) {
    return {
      take: () => ({ queued: new Map(), againInMs: undefined }),
      withdraw: () => undefined,
      forget: () => undefined,
    };
  }
  return {
    take: (key, contenders, now) => {
      const mine = named(key, contenders);
      known.set(key, mine);
      const { queued, againInMs } = assign(now);
      known.set(
        key,
        mine.map((contender) => (contender.wants && !queued.has(contender.name) ? sent(contender, now) : contender)),
      );
      wakeOthers(key, now);
      const own = contenders.flatMap(({ name }) => {
        const verdict = queued.get(nameIn(key, name));
        return verdict === undefined ? [] : [[name, verdict] as const];
      });
      return { queued: new Map(own), againInMs: own.length === 0 ? undefined : againInMs };
    },
    withdraw,
    forget: (key) => {
      if (known.delete(key)) wakeOthers(key, options.now());
    },
  };
}

function sent(contender: Contender, now: Date): Contender {
  return { ...contender, wants: false, isUnderWay: true, releaseTimes: [now, ...contender.releaseTimes] };
}

function named(key: string, contenders: readonly Contender[]): readonly Contender[] {
  return contenders.map((contender) => ({ ...contender, name: nameIn(key, contender.name) }));
}

function nameIn(key: string, gatewayName: string): string {
  return `${key}/${gatewayName}`;
}

function flagOf(limit: keyof NonNullable<StokerSpec['limits']>): string {
  return limit === 'maxConcurrentSyncs'
    ? "the controller's --max-concurrent-syncs"
    : "the controller's --max-syncs-per-minute";
}
