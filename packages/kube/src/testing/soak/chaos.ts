import type { Break, Fate, ProxiedRequest } from '../faultyProxy.ts';

/** Decides the fate of each request. */
export interface Chaos {
  decide(request: ProxiedRequest): Fate;
  /** From now on everything works; what is stalled already stays so. */
  calm(): void;
  /** How often each thing has happened. */
  readonly counts: ReadonlyMap<string, number>;
}

const [expired, overloaded, internal] = [
  { status: 410, reason: 'Expired' },
  { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 },
  { status: 500, reason: 'InternalError' },
];

const refusals: readonly [Fate, ...Fate[]] = [
  { kind: 'refused', ...expired },
  { kind: 'refused', ...overloaded },
  { kind: 'refused', ...internal },
  { kind: 'dropped' },
  { kind: 'swallowed' },
];
const endsOfLists: readonly [Break['how'], ...Break['how'][]] = ['cut', 'ended', 'stalled'];
const endsOfWatches: typeof endsOfLists = [
  ...endsOfLists,
  'cut',
  'cut',
  'ended',
  'garbled',
  expired,
  overloaded,
  internal,
];

/** A third of the lists and every watch fail, in every way that the proxy knows. */
export function createChaos(random: () => number): Chaos {
  const counts = new Map<string, number>();
  let isCalm = false;
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0];
  const decide = (isWatch: boolean): Fate => {
    if (isCalm) return { kind: 'passed' };
    if (random() < 0.2) return pick(refusals);
    const delay = random() < 0.3 ? { delayMs: Math.floor(random() * 30) } : {};
    if (!isWatch && random() < 0.8) return { kind: 'passed', ...delay };
    const afterBytes = Math.floor(random() * 150_000);
    return { kind: 'passed', ...delay, broken: { afterBytes, how: pick(isWatch ? endsOfWatches : endsOfLists) } };
  };
  return {
    decide: ({ query }) => {
      const isWatch = query['watch'] === 'true';
      const fate = decide(isWatch);
      const name = `${isWatch ? 'watch' : 'list'} ${nameOf(fate)}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return fate;
    },
    calm: () => {
      isCalm = true;
    },
    counts,
  };
}

function nameOf(fate: Fate): string {
  if (fate.kind === 'refused') return String(fate.status);
  if (fate.kind !== 'passed' || !fate.broken) return fate.kind;
  const { how } = fate.broken;
  return typeof how === 'object' ? `ERROR ${how.status}` : how;
}
