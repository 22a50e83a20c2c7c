import { backoffMs } from '../backoff.ts';

/** A report costs the API server little, and people look at it while something is wrong. */
const longestPauseMs = 10_000;

/** Writes the newest of what it was given, one write at a time; older ones that were overtaken are never sent. */
export interface Publisher {
  publish(text: string): void;
  /** Sends the last text once more, in case someone else changed it. */
  repeat(): void;
  /** Forgets what was not sent: this agent has no say any more. */
  drop(): void;
  /** Waits for what is being sent, at most so long. */
  flush(withinMs: number): Promise<void>;
}

export interface PublisherOptions {
  readonly write: (text: string) => Promise<void>;
  readonly onError: (error: unknown, attempt: number) => void;
}

/** A failed write is tried again with back-off until it succeeds or a newer text replaces it. Never throws. */
export function createPublisher({ write, onError }: PublisherOptions): Publisher {
  let pending: string | undefined;
  let sent: string | undefined;
  let running: Promise<void> | undefined;
  let drops = 0;

  /** Ends in the same turn in which it finds nothing more to send: what comes after that starts it anew. */
  async function drain(): Promise<void> {
    let attempt = 0;
    while (pending !== undefined) {
      const text = pending;
      const dropsBefore = drops;
      try {
        await write(text);
        // What was dropped meanwhile must not be repeated.
        sent = drops === dropsBefore ? text : undefined;
        attempt = 0;
        if (pending === text) pending = undefined;
      } catch (error) {
        attempt++;
        onError(error, attempt);
        await pause(Math.min(longestPauseMs, backoffMs('transient', attempt, Math.random())));
      }
    }
    running = undefined;
  }

  function start(text: string): void {
    pending = text;
    running ??= drain();
  }

  return {
    publish(text) {
      if (text !== (pending ?? sent)) start(text);
    },
    repeat() {
      if (sent !== undefined && pending === undefined) start(sent);
    },
    drop() {
      drops++;
      pending = undefined;
      sent = undefined;
    },
    async flush(withinMs) {
      if (running !== undefined) await Promise.race([running, pause(withinMs)]);
    },
  };
}

/** Doesn't keep the process alive. */
function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs).unref());
}
