import type { Dispatcher } from 'undici';
import type { Remote } from '../types.ts';
import { connect } from './connect.ts';

/** Connections to one server, and what it said of itself over them. */
export interface Line {
  readonly dispatcher: Dispatcher;
  /** Whether somebody had it before: its connections may have died, and what is remembered may be outdated. */
  readonly isUsed: boolean;
  /** What `remember` was last told about this repository. */
  recall(repository: string): Buffer | undefined;
  remember(repository: string, advertisement: Buffer): void;
  /** Whoever borrows next gets new connections, and nothing that was remembered. */
  abandon(): void;
  /** To be called once by each borrower. */
  release(): void;
}

/** Connections that outlive a question. They keep no process alive. */
export interface Connections {
  /** @throws StokerError `CertificateInvalid`, `InvalidProxy` */
  borrow(remote: Remote): Line;
  close(): Promise<void>;
}

interface Entry {
  readonly dispatcher: Dispatcher;
  /** By the repository's URL. Text, since a small Buffer would hold on to the block that it was cut from. */
  readonly advertisements: Map<string, string>;
  borrowers: number;
  isUsed: boolean;
  expiry: NodeJS.Timeout | undefined;
}

const forgottenAfterMs = 600_000;
/** Those of real servers have a few hundred bytes. */
const maxAdvertisementBytes = 2048;
const maxAdvertisements = 5000;

/**
 * Keeps connections, apart for each server, CA bundle, proxy and scope, until nobody has asked for ten minutes.
 * Credentials belong to the requests: no connection knows any but those of its proxy.
 */
export function openConnections(): Connections {
  const current = new Map<string, Entry>();
  const open = new Set<Entry>();

  const end = async (entry: Entry): Promise<void> => {
    clearTimeout(entry.expiry);
    open.delete(entry);
    await entry.dispatcher.destroy();
  };
  const release = (key: string, entry: Entry): void => {
    entry.borrowers -= 1;
    entry.isUsed = true;
    if (entry.borrowers > 0 || !open.has(entry)) return;
    if (current.get(key) !== entry) {
      void end(entry);
      return;
    }
    entry.expiry = setTimeout(() => {
      current.delete(key);
      void end(entry);
    }, forgottenAfterMs).unref();
  };

  return {
    borrow(remote) {
      const key = keyOf(remote);
      const entry = current.get(key) ?? createEntry(remote);
      current.set(key, entry);
      open.add(entry);
      clearTimeout(entry.expiry);
      entry.borrowers += 1;
      return {
        dispatcher: entry.dispatcher,
        isUsed: entry.isUsed,
        recall: (repository) => recall(entry, repository),
        remember: (repository, advertisement) => remember(entry, repository, advertisement),
        abandon: () => {
          if (current.get(key) !== entry) return;
          current.delete(key);
          // Nobody else will release it: it would stay until it expires, and take what follows it along.
          if (entry.borrowers === 0) void end(entry);
        },
        release: () => release(key, entry),
      };
    },
    async close() {
      current.clear();
      await Promise.all([...open].map(end));
    },
  };
}

function keyOf({ url, caBundle, proxy }: Remote): string {
  return JSON.stringify([new URL(url.href).origin, url.scope, caBundle, proxy]);
}

function createEntry(remote: Remote): Entry {
  return { dispatcher: connect(remote), advertisements: new Map(), borrowers: 0, isUsed: false, expiry: undefined };
}

function recall({ advertisements }: Entry, repository: string): Buffer | undefined {
  const text = advertisements.get(repository);
  return text === undefined ? undefined : Buffer.from(text, 'latin1');
}

function remember({ advertisements }: Entry, repository: string, advertisement: Buffer): void {
  if (advertisement.length > maxAdvertisementBytes) return;
  advertisements.set(repository, advertisement.toString('latin1'));
  for (const oldest of advertisements.keys()) {
    if (advertisements.size <= maxAdvertisements) return;
    advertisements.delete(oldest);
  }
}
