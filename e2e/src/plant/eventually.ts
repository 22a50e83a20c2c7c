import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until `check` answers without throwing, and answers what it answered. When `withinMs` are over it
 * throws what the last try threw, under `what`: the world never became what it should.
 */
export async function eventually<T>(what: string, check: () => Promise<T>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const asked = Date.now();
    try {
      return await check();
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new Error(
          `not within ${withinMs / 1000} s: ${what}: ${Error.isError(cause) ? cause.message : String(cause)}`,
          { cause },
        );
      }
    }
    await sleep(pauseMs(Date.now() - asked));
  }
}

/** What is asked by starting a program leaves most of the machine to what it waits for. */
function pauseMs(tookMs: number): number {
  return Math.min(500, Math.max(100, 2 * tookMs));
}
