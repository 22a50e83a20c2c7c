import { once, getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { startDeadline } from './deadline.ts';

const remote = {
  url: parseRepositoryUrl('https://git.example/site', 'cluster'),
  credentials: { kind: 'none' },
} as const;

test('aborts with the reason of the caller, also one who was too late to begin with', () => {
  const reason = new Error('shutting down');
  const caller = new AbortController();
  const deadline = startDeadline(remote, caller.signal, 60_000);
  expect(deadline.signal.aborted).toBe(false);
  caller.abort(reason);
  expect(deadline.signal.reason).toBe(reason);
  deadline.end();

  const late = startDeadline(remote, AbortSignal.abort(reason), 60_000);
  expect(late.signal.reason).toBe(reason);
  late.end();
});

test('aborts as a timeout of that server when the time is over', async () => {
  const { signal, end } = startDeadline(remote, undefined, 1);
  await once(signal, 'abort');
  expect(signal.reason).toMatchObject({ reason: 'GitTimeout', message: expect.stringContaining('git.example/site') });
  end();
});

test('leaves nothing with the signal of a caller who lives on', () => {
  const caller = new AbortController();
  for (let count = 0; count < 100; count += 1) startDeadline(remote, caller.signal, 60_000).end();
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});
