import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createFlightControl } from './flight.ts';
import { createStateCell } from './stateCell.ts';
import { agent } from './testing/fixtures.ts';

const graceMs = 25_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A sync under way that ends when it is let. */
function takeOff(activity: 'Fetching' | 'Syncing' | 'Scanning' | undefined) {
  const flights = createFlightControl(createStateCell(agent({ activity })));
  const work = Promise.withResolvers<void>();
  const seen = Promise.withResolvers<AbortSignal>();
  const flown = flights.fly('r1', (signal) => {
    seen.resolve(signal);
    return work.promise;
  });
  return { flights, flown, arrive: work.resolve, signal: seen.promise };
}

describe('when the process is to end', () => {
  test.each(['Fetching', undefined] as const)('a sync in the phase %s is cancelled at once', async (activity) => {
    const { flights, signal } = takeOff(activity);
    flights.land(graceMs);
    expect((await signal).reason).toMatchObject({ reason: 'Cancelled' });
  });

  test.each(['Syncing', 'Scanning'] as const)('one in the phase %s is given its time', async (activity) => {
    const { flights, signal } = takeOff(activity);
    const { aborted } = await signal;
    flights.land(graceMs);
    jest.advanceTimersByTime(graceMs - 1);
    expect([aborted, (await signal).aborted]).toEqual([false, false]);
    jest.advanceTimersByTime(1);
    expect((await signal).reason).toMatchObject({ reason: 'Cancelled' });
  });

  test('one that arrives in time is not cancelled', async () => {
    const { flights, flown, arrive, signal } = takeOff('Syncing');
    flights.land(graceMs);
    arrive();
    await flown;
    jest.advanceTimersByTime(graceMs);
    expect((await signal).aborted).toBe(false);
  });

  test('nothing under way is nothing to cancel', () => {
    const flights = createFlightControl(createStateCell(agent()));
    flights.land(graceMs);
    expect(jest.getTimerCount()).toBe(0);
  });
});
