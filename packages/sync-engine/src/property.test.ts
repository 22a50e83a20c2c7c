import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import * as fc from 'fast-check';
import { revert, sync } from './index.ts';
import { edit, mappings, step, tree } from './testing/arbitraries.ts';
import type { Edit } from './testing/arbitraries.ts';
import { memorySource } from './testing/memorySource.ts';
import { modelSync, special } from './testing/model.ts';
import type { ModelState, ModelSync } from './testing/model.ts';
import { seal } from './testing/modelTransforms.ts';
import { mapping, requestFor } from './testing/requests.ts';
import { makeSocket, memoryFolder, readTree, writeTree } from './testing/trees.ts';
import type { Tree } from './testing/trees.ts';
import type { Mapping, SyncOptions, SyncReport, SyncRequest } from './types.ts';

const seed = Number(process.env['STOKER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env['STOKER_RUNS'] ?? 2000);

const root = mkdtempSync(join(memoryFolder(), 'stoker-property-'));
const specials = { fifo: join(root, 'fifo'), socket: join(root, 'socket') };
spawnSync('mkfifo', [specials.fifo]);
makeSocket(specials.socket);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test(`any sequence of syncs and live edits ends as the contract says (STOKER_SEED=${seed})`, async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(tree, mappings, fc.array(step, { minLength: 1, maxLength: 4 }), async (first, where, steps) => {
      const target = join(root, `case-${(count += 1)}`);
      writeTree(target, {});
      const history: Tree[] = [];
      let now: Pick<Step, 'source' | 'mappings' | 'excludes' | 'protectedPaths' | 'explicitOnly' | 'who'> = {
        source: first,
        mappings: where,
        excludes: [],
        protectedPaths: [],
        explicitOnly: [],
        who: 'me',
      };
      let state: ModelState = { live: {}, base: undefined, release: undefined };
      for (const next of steps) {
        now = {
          source: next.source ?? now.source,
          mappings: next.mappings ?? now.mappings,
          excludes: next.excludes ?? now.excludes,
          protectedPaths: next.protectedPaths ?? now.protectedPaths,
          explicitOnly: next.explicitOnly ?? now.explicitOnly,
          who: next.who ?? now.who,
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
}, 300_000);

test(`edits during a sync lose no content, and the next sync ends as wanted (STOKER_SEED=${seed})`, async () => {
  let count = 0;
  let converged = 0;
  await fc.assert(
    fc.asyncProperty(tree, tree, fc.array(edit, { minLength: 1, maxLength: 5 }), async (first, second, edits) => {
      const target = join(root, `edited-${(count += 1)}`);
      const asked = { target, mappings: [mapping('.', 'x', { allowEmpty: true })] };
      const request = (source: Tree): SyncRequest => {
        const release = { id: JSON.stringify(source), ref: 'main', commit: 'c' };
        return requestFor('', target, { ...asked, source: memorySource(source), release });
      };
      await attempt(request(first), {});
      let seen: Tree = {};
      const beforeApply = async (): Promise<void> => {
        applyEdits(target, edits);
        seen = filesIn(target);
      };
      const { reason, snapshot } = await attempt(request(second), { beforeApply });
      expect([undefined, 'TargetUnsafe']).toContain(reason);
      const kept = snapshot === undefined ? {} : readTree(join(target, '.stoker/snapshots', snapshot));
      const contents = [filesIn(target), kept].flatMap((files) => Object.values(files));
      expect(contents).toEqual(expect.arrayContaining(Object.values(seen)));
      const again = await attempt(request(second), {});
      expect([undefined, 'TargetUnsafe']).toContain(again.reason);
      converged += again.reason === undefined ? 1 : 0;
      const wanted = Object.fromEntries(Object.entries(second).map(([path, content]) => [`x/${path}`, content]));
      expect(managed(target)).toEqual(again.reason === undefined ? wanted : managed(target));
      rmSync(target, { recursive: true, force: true });
    }),
    { seed, numRuns: Math.ceil(numRuns / 5), endOnFailure: process.env['STOKER_SEED'] === undefined },
  );
  expect(converged).toBeGreaterThan(count / 2);
}, 120_000);

/** The files of the mirrored folder; a FIFO or socket that is in nobody's way stays there. */
function managed(target: string): Tree {
  const entries = Object.entries(filesIn(target));
  return Object.fromEntries(entries.filter(([path, content]) => path.startsWith('x/') && content !== special));
}

interface Step {
  readonly source: Tree;
  readonly mappings: readonly Mapping[];
  readonly excludes: ModelSync['excludes'];
  readonly protectedPaths: ModelSync['protectedPaths'];
  readonly explicitOnly: ModelSync['explicitOnly'];
  readonly who: string;
  readonly restore: boolean;
  readonly rehash: boolean;
  /** Also takes the sync back, and does it again. */
  readonly reverts: boolean;
}

/** One sync: dry run, real run and once more, against the model. Returns what the model says is there now. */
async function syncAndCompare(target: string, state: ModelState, asked: Step, history: Tree[]): Promise<ModelState> {
  const { source, mappings: where, excludes, protectedPaths, explicitOnly, who } = asked;
  const release = JSON.stringify([source, where, excludes, protectedPaths, explicitOnly, who]);
  const expected = modelSync(state, { ...asked, release, emptyFolders: emptyFoldersIn(target) });
  const request: SyncRequest = requestFor('', target, {
    source: memorySource(asked.source, history),
    mappings: asked.mappings,
    excludePatterns: asked.excludes,
    protection: { paths: asked.protectedPaths, explicitOnly: asked.explicitOnly },
    variables: { Who: asked.who },
    seal,
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
  const after =
    expected.refusals === undefined ? { ...expected, release } : { ...state, drifted: undefined, protected: undefined };
  expect(filesIn(target)).toEqual(after.live);
  expect(actual.drifted).toEqual(after.drifted);
  expect(actual.protected?.map(({ path }) => path)).toEqual(after.protected);
  const again = await attempt(request, {});
  expect(again.reason ?? again.outcome).toBe(actual.reason ?? 'unchanged');
  expect([again.drifted, again.changes ?? []]).toEqual([after.drifted, []]);
  expect(filesIn(target)).toEqual(after.live);
  return after;
}

/** Takes a sync back, which leaves the tree exactly as it was, and does it again. */
async function revertAndRepeat(request: SyncRequest, before: Tree, done: Attempt): Promise<void> {
  const { target, protection = { paths: [], explicitOnly: [] } } = request;
  await revert({ target, protection, holder: 'test' });
  expect(readTree(request.target)).toEqual(before);
  expect(predictable(await attempt(request, {}))).toEqual(predictable(done));
}

/** A report, or the reason why there is none. */
type Attempt = Partial<SyncReport> & { readonly reason: string | undefined };

async function attempt(request: SyncRequest, options: SyncOptions): Promise<Attempt> {
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
    const contents = filesIn(target);
    const files = Object.keys(contents);
    const chosen = files[choice % files.length] ?? '';
    const absolute = join(target, chosen.replace(/\*$/, ''));
    if (kind === 'write' || kind === 'fifo' || kind === 'socket') {
      for (const other of files.map((entry) => entry.replace(/\*$/, ''))) {
        if (newPath.startsWith(`${other}/`)) rmSync(join(target, other));
      }
      rmSync(join(target, newPath), { recursive: true, force: true });
      if (kind === 'write') writeTree(target, { [newPath]: text });
      else makeSpecial(target, newPath, specials[kind]);
    } else if (chosen !== '') {
      if (kind === 'remove') rmSync(absolute);
      // Nobody opens one of these, and its mode is that of all of them.
      if (contents[chosen] === special) continue;
      if (kind === 'rewrite') writeTree(target, { [chosen]: text });
      if (kind === 'mode') chmodSync(absolute, chosen.endsWith('*') ? 0o644 : 0o755);
      if (kind === 'touch') utimesSync(absolute, 1, 1);
    }
  }
}

/** A second name for a FIFO or socket, which is quicker than a new one. */
function makeSpecial(target: string, path: string, first: string): void {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  linkSync(first, join(target, path));
}

function filesIn(target: string): Tree {
  return Object.fromEntries(Object.entries(readTree(target)).filter(([entry]) => !entry.endsWith('/')));
}

function emptyFoldersIn(target: string): string[] {
  const entries = Object.keys(readTree(target));
  return entries.filter((entry) => entry.endsWith('/')).map((entry) => entry.slice(0, -1));
}
