import { accessSync, chmodSync, constants, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import fc from 'fast-check';
import { sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { modelSync } from './testing/model.ts';
import type { ModelState } from './testing/model.ts';
import { mapping, requestFor } from './testing/requests.ts';
import { readTree, writeTree } from './testing/trees.ts';
import type { Tree } from './testing/trees.ts';
import type { Mapping, SyncReport, SyncRequest } from './types.ts';

const seed = Number(process.env['STOKER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env['STOKER_RUNS'] ?? 1500);

const root = mkdtempSync(join(memoryFolder(), 'stoker-property-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const content = fc.constantFrom('one', 'two', 'other', '');
const file = fc.record({ path, content, executable: fc.boolean() });

/** Files that do not stand in one another's way. */
const tree = fc.array(file, { maxLength: 6 }).map((files) => {
  const kept = new Map<string, (typeof files)[number]>();
  for (const candidate of files) {
    const clashes = [...kept.keys()].some(
      (other) => other.startsWith(`${candidate.path}/`) || candidate.path.startsWith(`${other}/`),
    );
    if (!clashes) kept.set(candidate.path, candidate);
  }
  return Object.fromEntries(
    [...kept.values()].map((entry): [string, string] => [entry.path + (entry.executable ? '*' : ''), entry.content]),
  );
});

const mappings = fc.array(
  fc
    .record({
      source: fc.oneof(fc.constant('.'), path),
      destination: fc.constantFrom('.', 'x', 'x/a', 'x/b', 'y'),
      type: fc.constantFrom('dir' as const, 'dir' as const, 'file' as const),
      prune: fc.constantFrom('mirror' as const, 'owned' as const),
      allowEmpty: fc.boolean(),
    })
    .filter(({ type, destination, source }) => type === 'dir' || (destination !== '.' && source !== '.'))
    .map(({ source, destination, ...changes }): Mapping => mapping(source, destination, changes)),
  { minLength: 1, maxLength: 3 },
);

interface Edit {
  readonly kind: 'write' | 'rewrite' | 'remove' | 'mode' | 'touch';
  /** Of `write`; the others choose among the files there are. */
  readonly path: string;
  readonly choice: number;
  readonly content: string;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('write', 'rewrite', 'remove', 'mode', 'touch'),
  path: fc.tuple(fc.constantFrom('x/', 'y/', ''), path).map((parts) => parts.join('')),
  choice: fc.nat(20),
  content,
});

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, weight: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight, arbitrary }, { weight: 4, arbitrary: fc.constant(undefined) });
const step = fc.record({
  source: sometimes(tree, 3),
  mappings: sometimes(mappings, 1),
  edits: fc.array(edit, { maxLength: 4 }),
  restore: fc.boolean(),
  rehash: fc.boolean(),
});

test(`any sequence of syncs and live edits ends as the contract says (STOKER_SEED=${seed})`, async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(tree, mappings, fc.array(step, { minLength: 1, maxLength: 4 }), async (first, where, steps) => {
      const target = join(root, `case-${(count += 1)}`);
      writeTree(target, {});
      const history: Tree[] = [];
      let now = { source: first, mappings: where };
      let state: ModelState = { live: {}, base: undefined, release: undefined };
      for (const next of steps) {
        now = { source: next.source ?? now.source, mappings: next.mappings ?? now.mappings };
        applyEdits(target, next.edits);
        state = { ...state, live: filesIn(target) };
        state = await syncAndCompare(target, state, { ...now, ...next, ...now }, history);
        history.push(now.source);
      }
      rmSync(target, { recursive: true });
    }),
    { seed, numRuns, endOnFailure: process.env['STOKER_SEED'] === undefined },
  );
}, 120_000);

interface Step {
  readonly source: Tree;
  readonly mappings: readonly Mapping[];
  readonly restore: boolean;
  readonly rehash: boolean;
}

/** One sync: dry run, real run and once more, against the model. Returns what the model says is there now. */
async function syncAndCompare(target: string, state: ModelState, step: Step, history: Tree[]): Promise<ModelState> {
  const release = JSON.stringify([step.source, step.mappings]);
  const expected = modelSync(state, { ...step, release });
  const request: SyncRequest = requestFor('', target, {
    source: memorySource(step.source, history),
    mappings: step.mappings,
    driftPolicy: step.restore ? 'restore' : 'report',
    release: { id: release, ref: 'main', commit: 'c' },
  });
  const options = { rehash: step.rehash };
  const predicted = await attempt(request, { ...options, dryRun: true });
  expect(filesIn(target)).toEqual(state.live);
  const actual = await attempt(request, options);
  expect(predictable(predicted)).toEqual(predictable(actual));
  if (expected.refusals !== undefined) {
    expect(expected.refusals).toContain('reason' in actual ? actual.reason : actual.outcome);
    expect(filesIn(target)).toEqual(state.live);
    return state;
  }
  expect(actual).toHaveProperty('outcome');
  expect(filesIn(target)).toEqual(expected.live);
  expect('drifted' in actual ? actual.drifted : []).toEqual(expected.drifted);
  const again = await attempt(request, {});
  expect(again).toMatchObject({ outcome: 'unchanged', changes: [], drifted: expected.drifted });
  expect(filesIn(target)).toEqual(expected.live);
  return { live: expected.live, base: expected.base, release };
}

type Attempt = SyncReport | { readonly reason: string; readonly message: string };

async function attempt(request: SyncRequest, options: { dryRun?: boolean; rehash?: boolean }): Promise<Attempt> {
  try {
    return await sync(request, options);
  } catch (error) {
    return describeError(error);
  }
}

/** What a dry run can know. */
function predictable(result: Attempt): unknown {
  if ('reason' in result) return result;
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
