import type { Action } from '../receiver/route.ts';

/** A push event that moved a CR to ask its git server. */
export interface Delivery {
  readonly sender: string;
  readonly delivery: string | undefined;
  /** Undefined where the event names none. */
  readonly commit: string | undefined;
  readonly atMs: number;
}

/** The latest deliveries of each CR that this replica received, for the records of what comes of them. */
export interface Deliveries {
  note(action: Action, delivery: Omit<Delivery, 'commit'>): void;
  /** That which brought the commit, as far as can be told. */
  of(key: string, commit: string, nowMs: number): Delivery | undefined;
}

/** One without a commit is for what comes soon: a git server is asked again for 30 s. */
const soonMs = 60_000;
/** Of CRs, the latest ones. */
const most = 10_000;
/** Of a CR: a commit may still be on its way when the next is delivered. */
const mostOfOne = 8;

export function createDeliveries(): Deliveries {
  /** Newest first. */
  const latest = new Map<string, readonly Delivery[]>();
  return {
    note: (action, delivery) => {
      const before = latest.get(action.key) ?? [];
      const noted = { ...delivery, commit: action.kind === 'resolve' ? action.commit : undefined };
      latest.delete(action.key);
      latest.set(action.key, [noted, ...before].slice(0, mostOfOne));
      const [oldest] = latest.keys();
      if (latest.size > most && oldest !== undefined) latest.delete(oldest);
    },
    of: (key, commit, nowMs) => {
      const deliveries = latest.get(key) ?? [];
      const isSoon = ({ atMs }: Delivery) => nowMs - atMs <= soonMs;
      return (
        deliveries.find((delivery) => delivery.commit === commit) ??
        deliveries.find((delivery) => delivery.commit === undefined && isSoon(delivery))
      );
    },
  };
}
