import { expect, test } from '@jest/globals';
import { sync } from '../index.ts';
import { memoryRequest } from '../testing/requests.ts';
import { temporaryFolder } from '../testing/trees.ts';
import type { SyncProgress } from '../types.ts';

const tree = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${index % 20}/${index}.txt`, `${index}`]));

async function progressOf(target: string, dryRun = false): Promise<readonly SyncProgress[]> {
  const seen: SyncProgress[] = [];
  await sync(memoryRequest(target, tree), { dryRun, onProgress: (progress) => seen.push(progress) });
  return seen;
}

const phasesOf = (seen: readonly SyncProgress[]) => [...new Set(seen.map(({ phase }) => phase))];

test('progress goes through the phases in their order, each of which begins at nothing', async () => {
  using folder = temporaryFolder();
  const seen = await progressOf(folder.path);
  const phases = phasesOf(seen);
  expect(phases).toEqual(['list', 'plan', 'stage', 'apply', 'finish']);
  expect(phases.map((phase) => seen.find((progress) => progress.phase === phase)?.done)).toEqual([0, 0, 0, 0, 0]);
});

test('within a phase it only grows, and never beyond the whole, which stage and apply reach', async () => {
  using folder = temporaryFolder();
  const seen = await progressOf(folder.path);
  const backwards = seen.filter(({ phase, done }, index) => {
    const before = seen[index - 1];
    return before?.phase === phase && before.done > done;
  });
  expect(backwards).toEqual([]);
  expect(seen.filter(({ done, total }) => total > 0 && done > total)).toEqual([]);
  const last = (phase: string) => seen.findLast((progress) => progress.phase === phase);
  expect(last('stage')).toEqual({ phase: 'stage', done: 600, total: 600 });
  expect(last('apply')?.done).toBe(last('apply')?.total);
});

test('with nothing to do, and in a dry run, nothing is staged or applied', async () => {
  using folder = temporaryFolder();
  expect(phasesOf(await progressOf(folder.path, true))).toEqual(['list', 'plan']);
  await progressOf(folder.path);
  expect(phasesOf(await progressOf(folder.path))).toEqual(['list', 'plan', 'finish']);
});
