import type { AppRepository, GitHubApp, InstallationToken } from '@stoker/gitref';
import { createHash } from 'node:crypto';
import { createLimiters } from '../refs/limiters.ts';
import { retryDelay } from '../refs/pollSchedule.ts';
import { wordsOf } from '../refs/refState.ts';

export interface TokenRequest {
  readonly app: GitHubApp;
  readonly repository: AppRepository;
}

/** What is known of a token. One that is still good survives every failure to get the next. */
export interface TokenState {
  readonly token: string | undefined;
  /** Of the latest attempt; undefined after a success and before the first. */
  readonly error: unknown;
}

export interface InstallationTokens {
  /** Keeps a token for `subscriber`, in place of what it asked for before, and answers what is known now. */
  follow(subscriber: string, request: TokenRequest): TokenState;
  unfollow(subscriber: string): void;
  stop(): void;
}

export interface InstallationTokensOptions {
  readonly mint: (
    app: GitHubApp,
    repository: AppRepository,
    options: { signal: AbortSignal },
  ) => Promise<InstallationToken>;
  /** Called with the subscribers of a token that is new, or that cannot be had for another reason than before. */
  readonly onChange: (subscribers: readonly string[]) => void;
  readonly onMinted: (outcome: { readonly request: TokenRequest; readonly error: unknown }) => void;
  readonly random?: () => number;
  readonly now?: () => number;
}

/**
 * At one time, of each API: GitHub wants few requests at once, and a start may need a thousand tokens; one that hangs
 * must not keep the others from being asked.
 */
const mintedAtOnce = 8;

interface Entry {
  readonly request: TokenRequest;
  readonly subscribers: Set<string>;
  minted: { readonly token: string; readonly refreshAtMs: number; readonly expiresAtMs: number } | undefined;
  error: unknown;
  /** Failed attempts in a row. */
  attempt: number;
  timer: NodeJS.Timeout | undefined;
  inFlight: boolean;
}

/**
 * Mints each distinct token once for all CRs that share it, and again at half its life, so that an hour's token outlives
 * half an hour without GitHub. Never blocks whoever asks.
 */
export function createInstallationTokens(options: InstallationTokensOptions): InstallationTokens {
  const random = options.random ?? Math.random;
  const now = options.now ?? Date.now;
  const inTurn = createLimiters({ concurrency: mintedAtOnce });
  const entries = new Map<string, Entry>();
  const followed = new Map<string, string>();
  const stopped = new AbortController();

  const mint = async (entry: Entry): Promise<void> => {
    if (entry.inFlight) return;
    clearTimeout(entry.timer);
    entry.inFlight = true;
    const { app, repository } = entry.request;
    const before = entry.error;
    let error: unknown;
    try {
      const { token, lifetimeMs } = await inTurn(apiOf(entry.request), () =>
        options.mint(app, repository, { signal: stopped.signal }),
      );
      entry.minted = { token, refreshAtMs: now() + lifetimeMs / 2, expiresAtMs: now() + lifetimeMs };
    } catch (thrown) {
      error = thrown;
    }
    entry.inFlight = false;
    if (stopped.signal.aborted || entry.subscribers.size === 0) return;
    entry.error = error;
    entry.attempt = error === undefined ? 0 : entry.attempt + 1;
    const { minted, attempt } = entry;
    const afterMs =
      error === undefined && minted !== undefined
        ? minted.refreshAtMs - now()
        : retryDelay(error, { attempt, pollIntervalMs: undefined }, random);
    entry.timer = setTimeout(() => void mint(entry), afterMs).unref();
    options.onMinted({ request: entry.request, error });
    if (error === undefined || wordsOf(error) !== wordsOf(before)) options.onChange([...entry.subscribers]);
  };

  const leave = (subscriber: string, key: string | undefined): void => {
    const entry = key === undefined ? undefined : entries.get(key);
    if (key === undefined || entry === undefined) return;
    entry.subscribers.delete(subscriber);
    if (entry.subscribers.size > 0) return;
    clearTimeout(entry.timer);
    entries.delete(key);
  };

  return {
    follow(subscriber, request) {
      const key = keyOf(request);
      const previous = followed.get(subscriber);
      const entry = entries.get(key) ?? newEntry(request);
      entries.set(key, entry);
      entry.subscribers.add(subscriber);
      followed.set(subscriber, key);
      if (previous !== key) leave(subscriber, previous);
      const { minted } = entry;
      const isFirst = minted === undefined && entry.attempt === 0;
      // A timer does not run while the machine sleeps, nor when the clock is set.
      const isOverdue = minted !== undefined && entry.attempt === 0 && now() >= minted.refreshAtMs;
      if (isFirst || isOverdue) void mint(entry);
      const isGood = minted !== undefined && now() < minted.expiresAtMs;
      return { token: isGood ? minted.token : undefined, error: entry.error };
    },
    unfollow(subscriber) {
      leave(subscriber, followed.get(subscriber));
      followed.delete(subscriber);
    },
    stop() {
      stopped.abort();
      for (const entry of entries.values()) clearTimeout(entry.timer);
      entries.clear();
      followed.clear();
    },
  };
}

function newEntry(request: TokenRequest): Entry {
  return {
    request,
    subscribers: new Set(),
    minted: undefined,
    error: undefined,
    attempt: 0,
    timer: undefined,
    inFlight: false,
  };
}

/** The API and the way there. */
function apiOf({ app: { apiBaseURL }, repository: { url, proxy } }: TokenRequest): string {
  return hash([apiBaseURL ?? url.host, proxy]);
}

/** Hashed, so that no private key, and no password of a proxy, is kept as the key of a map. */
function keyOf({ app, repository: { url, caBundle, proxy } }: TokenRequest): string {
  const { appId, installationId, privateKey, apiBaseURL } = app;
  return hash([appId, installationId, privateKey, apiBaseURL, url.href, caBundle, proxy]);
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
