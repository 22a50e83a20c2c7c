import { createRedactor, type Redactor } from '@stoker/logging';

/** Of one gateway: it has three at a time. */
const fewSecrets = 64;
/** Tokens of a GitHub App are of no use after an hour; whoever rotates others by hand has revoked them by then. */
const keptMs = 24 * 3_600_000;

/**
 * A redactor for secrets that are rotated underneath and read again and again. One is forgotten a day after it was last
 * read, and only where many have come since: by then nobody here has it any more.
 * @param now milliseconds by a clock that nobody sets
 */
export function createRecentRedactor(now: () => number = () => performance.now()): Redactor {
  /** When each was last read; the one longest ago comes first. */
  const secrets = new Map<string, number>();
  let redactor = createRedactor();

  function forgetOld(): void {
    const sizeBefore = secrets.size;
    for (const [secret, readAtMs] of secrets) {
      if (secrets.size <= fewSecrets || now() - readAtMs < keptMs) break;
      secrets.delete(secret);
    }
    if (secrets.size === sizeBefore) return;
    redactor = createRedactor();
    for (const secret of secrets.keys()) redactor.protect(secret);
  }

  return {
    protect(secret) {
      const isKnown = secrets.delete(secret);
      secrets.set(secret, now());
      if (isKnown) return;
      redactor.protect(secret);
      forgetOld();
    },
    redact: (text) => redactor.redact(text),
  };
}
