import { accessSync, chmodSync, constants, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import * as fc from 'fast-check';
import { revert, sync } from './index.ts';
import { mappings, step, tree } from './testing/arbitraries.ts';
import type { Edit } from './testing/arbitraries.ts';
import { memorySource } from './testing/memorySource.ts';
import { modelSync } from './testing/model.ts';
import type { ModelState, ModelSync } from './testing/model.ts';
import { requestFor } from './testing/requests.ts';
import { readTree, writeTree } from './testing/trees.ts';
import type { Tree } from './testing/trees.ts';
import type { Mapping, SyncReport, SyncRequest } from './types.ts';

const seed = Number(process.env['STOKER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env['STOKER_RUNS'] ?? 2000);

const root = mkdtempSync(join(memoryFolder(), 'stoker-property-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test(`any sequence of syncs and live edits ends as the contract says (STOKER_SEED=${seed})`, async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(tree, mappings, fc.array(step, { minLength: 1, maxLength: 4 }), async (first, where, steps) => {
      const target = join(root, `case-${(count += 1)}`);
      writeTree(target, {});
      const history: Tree[] = [];
      let now: Pick<Step, 'source' | 'mappings' | 'excludes'> = { source: first, mappings: where, excludes: [] };
      let state: ModelState = { live: {}, base: undefined, release: undefined };
      for (const next of steps) {
        now = {
          source: next.source ?? now.source,
          mappings: next.mappings ?? now.mappings,
          excludes: next.excludes ?? now.excludes,
        };
        applyEdits(target, next.edits);
        state = { ...state, live: filesIn(target) };
        state = await syncAndCompare(target, state, { ...now, ...next, ...now }, history);
        history.push(now.source);
      }
      rmSync(target, { recursive: true });
    }),
    { seed, numRuns, endOnFailure: process.env['STOKER_SEED'] === undefined },
  );
  expect(count).toBeGreaterThanOrEqual(numRuns);
}, 120_000);

interface Step {
  readonly source: Tree;
  readonly mappings: readonly Mapping[];
  readonly excludes: ModelSync['excludes'];
  readonly restore: boolean;
  readonly rehash: boolean;
  /** Also takes the sync back, and does it again. */
  readonly reverts: boolean;
}

/** One sync: dry run, real run and once more, against the model. Returns what the model says is there now. */
async function syncAndCompare(target: string, state: ModelState, asked: Step, history: Tree[]): Promise<ModelState> {
  const release = JSON.stringify([asked.source, asked.mappings, asked.excludes]);
  const expected = modelSync(state, { ...asked, release });
  const request: SyncRequest = requestFor('', target, {
    source: memorySource(asked.source, history),
    mappings: asked.mappings,
    excludePatterns: asked.excludes,
    driftPolicy: asked.restore ? 'restore' : 'report',
    release: { id: release, ref: 'main', commit: 'c' },
  });
  const options = { rehash: asked.rehash };
  const predicted = await attempt(request, { ...options, dryRun: true });
  expect(filesIn(target)).toEqual(state.live);
  const before = readTree(target);
  const actual = await attempt(request, options);
  if (asked.reverts && actual.outcome === 'synced') await revertAndRepeat(request, before, actual);
  expect(predictable(predicted)).toEqual(predictable(actual));
  expect(expected.refusals ?? [undefined]).toContain(actual.reason);
  const after = expected.refusals === undefined ? { ...expected, release } : { ...state, drifted: undefined };
  expect(filesIn(target)).toEqual(after.live);
  expect(actual.drifted).toEqual(after.drifted);
  const again = await attempt(request, {});
  expect(again.reason ?? again.outcome).toBe(actual.reason ?? 'unchanged');
  expect([again.drifted, again.changes ?? []]).toEqual([after.drifted, []]);
  expect(filesIn(target)).toEqual(after.live);
  return after;
}

/** Takes a sync back, which leaves the tree exactly as it was, and does it again. */
async function revertAndRepeat(request: SyncRequest, before: Tree, done: Attempt): Promise<void> {
  await revert({ target: request.target, protection: request.protection, holder: 'test' });
  expect(readTree(request.target)).toEqual(before);
  expect(predictable(await attempt(request, {}))).toEqual(predictable(done));
}

/** A report, or the reason why there is none. */
type Attempt = Partial<SyncReport> & { readonly reason: string | undefined };

async function attempt(request: SyncRequest, options: { dryRun?: boolean; rehash?: boolean }): Promise<Attempt> {
  try {
    return { ...(await sync(request, options)), reason: undefined };
  } catch (error) {
    return { reason: describeError(error).reason };
  }
}

/** What a dry run can know. */
function predictable(result: Attempt): Attempt {
  const { outcome: _outcome, durationsMs: _durations, snapshot: _snapshot, ...rest } = result;
  return rest;
}

function applyEdits(target: string, edits: readonly Edit[]): void {
  for (const { kind, path: newPath, choice, content: text } of edits) {
    const files = Object.keys(filesIn(target));
    const chosen = files[choice % files.length] ?? '';
    const absolute = join(target, chosen.replace(/\*$/, ''));
    if (kind === 'write') {
      for (const other of files.map((entry) => entry.replace(/\*$/, ''))) {
        if (newPath.startsWith(`${other}/`)) rmSync(join(target, other));
      }
      rmSync(join(target, newPath), { recursive: true, force: true });
      writeTree(target, { [newPath]: text });
    } else if (chosen !== '') {
      if (kind === 'remove') rmSync(absolute);
      if (kind === 'rewrite') writeTree(target, { [chosen]: text });
      if (kind === 'mode') chmodSync(absolute, chosen.endsWith('*') ? 0o644 : 0o755);
      if (kind === 'touch') utimesSync(absolute, 1, 1);
    }
  }
}

function filesIn(target: string): Tree {
  return Object.fromEntries(Object.entries(readTree(target)).filter(([entry]) => !entry.endsWith('/')));
}

/** Thousands of little syncs need no real disk. */
function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
