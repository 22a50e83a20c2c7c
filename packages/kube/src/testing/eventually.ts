import { setTimeout } from 'node:timers/promises';

/** Waits until it holds. Throws when it does not within the time, so that no test goes on when jest has given it up. */
export async function eventually(holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come true within ${timeoutMs} ms: ${holds.toString()}`);
    await setTimeout(10);
  }
}
