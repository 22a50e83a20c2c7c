import type { Action } from '../receiver/route.ts';

/** A push event that moved a CR to ask its git server. */
export interface Delivery {
  readonly sender: string;
  readonly delivery: string | undefined;
  /** Undefined where the event names none. */
  readonly commit: string | undefined;
  readonly atMs: number;
}

/** The latest delivery of each CR that this replica received, for the records of what comes of it. */
export interface Deliveries {
  note(action: Action, delivery: Omit<Delivery, 'commit'>): void;
  /** That which brought the commit, as far as can be told. */
  of(key: string, commit: string, nowMs: number): Delivery | undefined;
}

/** One without a commit is for what comes soon: a git server is asked again for 30 s. */
const soonMs = 60_000;
/** Of CRs, the latest ones. */
const most = 10_000;

export function createDeliveries(): Deliveries {
  const latest = new Map<string, Delivery>();
  return {
    note: (action, delivery) => {
      latest.delete(action.key);
      latest.set(action.key, { ...delivery, commit: action.kind === 'resolve' ? action.commit : undefined });
      const [oldest] = latest.keys();
      if (latest.size > most && oldest !== undefined) latest.delete(oldest);
    },
    of: (key, commit, nowMs) => {
      const delivery = latest.get(key);
      if (delivery === undefined) return undefined;
      const isOurs = delivery.commit === undefined ? nowMs - delivery.atMs <= soonMs : delivery.commit === commit;
      return isOurs ? delivery : undefined;
    },
  };
}
