import type { Remote } from '@stoker/gitref';
import { createHash } from 'node:crypto';
import { createLimiters } from './limiters.ts';

const questionsPerServer = 8;
/** A repository with many refs, or one that hangs, leaves half of its server to the others. */
const questionsPerRepository = 4;
/** Nearly every answer is there by then; what is still on its way no longer counts. */
const patienceMs = 2_000;

/**
 * When a repository may be asked, so that nobody waits for somebody else's: servers are asked apart, and apart by each
 * proxy; a repository has its share of a server; one that hangs gives its place back; and those whose last answer was
 * a failure wait for each other only.
 */
export function createFairTurns(): <T>(remote: Remote, isFailing: boolean, ask: () => Promise<T>) => Promise<T> {
  const ofRepository = createLimiters({ concurrency: questionsPerRepository });
  const ofServer = createLimiters({ concurrency: questionsPerServer, patienceMs });
  return (remote, isFailing, ask) => {
    const { url, proxy } = remote;
    const lane = laneOf(isFailing, url.host, proxy);
    return ofRepository(laneOf(url.canonical, proxy), () => ofServer(lane, ask));
  };
}

/** Hashed, since a proxy may hold a password. */
function laneOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
