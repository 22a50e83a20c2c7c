import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isCommitSha, openCache, parseRepositoryUrl } from '@stoker/gitref';
import { createRepository } from '@stoker/gitref/testing';
import { changesTo, makeTree, type TreeShape } from './makeTree.ts';
import { type Measurement, ours, peer, rsync, type State } from './programs.ts';

export type ProgramName = 'ours' | 'peer' | 'rsync';

export const fullSync = 'full sync into an empty folder';
export const nothingChanged = 'nothing changed';
export const fewChanged = '50 files changed';
/** Nothing is there yet, neither repository nor checkout. */
export const fromGit = 'from git to an empty folder';
export type CaseName = typeof fullSync | typeof nothingChanged | typeof fewChanged | typeof fromGit;

/** All runs of one case. */
export interface CaseResult {
  readonly name: CaseName;
  readonly runs: Readonly<Record<ProgramName, readonly Measurement[]>>;
}

const caseNames = [fullSync, nothingChanged, fewChanged, fromGit] as const;

/** Runs every case with every program, in turns, and checks after each that the target is what it should be. */
export async function runCases(
  folder: string,
  shape: TreeShape,
  runs: number,
  say: (line: string) => void,
): Promise<readonly CaseResult[]> {
  say(`making ${shape.files} files in a git repository and two checkouts`);
  const { repository, cache, before, after } = await prepare(folder, shape);
  const programs = { ours: ours(folder, cache), peer: peer(folder), rsync: rsync() };
  const cases = caseNames.map((name) => ({ name, runs: { ours: empty(), peer: empty(), rsync: empty() } }));
  for (let run = 0; run < runs; run += 1) {
    for (const name of ['ours', 'peer', 'rsync'] as const) {
      say(`run ${run + 1} of ${runs}: ${name}`);
      const target = join(folder, `target-${name}`);
      mkdirSync(target);
      for (const [step, state] of [before, before, after].entries()) {
        settle();
        cases[step]?.runs[name].push(programs[name].sync(state, target));
        checkEqual(state.checkout, join(target, 'data'));
      }
      rmSync(target, { recursive: true });
      const fetched = join(folder, 'fetched');
      mkdirSync(target);
      settle();
      cases[3]?.runs[name].push(programs[name].fetchAndSync({ ...after, repository }, fetched, target));
      checkEqual(after.checkout, join(target, 'data'));
      for (const path of [fetched, target]) rmSync(path, { recursive: true });
    }
  }
  return cases;
}

const empty = (): Measurement[] => [];

/** What one program writes must not be paid by the next. */
function settle(): void {
  execFileSync('sync');
}

function checkEqual(checkout: string, data: string): void {
  execFileSync('diff', ['--recursive', '--brief', '--exclude=.git', checkout, data]);
}

async function prepare(
  folder: string,
  shape: TreeShape,
): Promise<{ readonly repository: string; readonly cache: string; readonly before: State; readonly after: State }> {
  const repository = await createRepository(folder, 'plant');
  const first = await repository.commit(makeTree(shape));
  const second = await repository.commit(changesTo(shape, 50));
  const cache = join(folder, 'cache');
  const opened = await openCache(cache);
  const remote = { url: parseRepositoryUrl(repository.path, 'standalone'), credentials: { kind: 'none' } } as const;
  for (const commit of [first, second]) {
    if (!isCommitSha(commit)) throw new Error(`git answered ${commit} to a commit`);
    await opened.fetchCommit(remote, commit, { ref: 'main' });
  }
  await opened.close();
  const checkout = (commit: string, name: string): State => {
    const path = join(folder, name);
    execFileSync('git', ['clone', '-q', repository.path, path]);
    execFileSync('git', ['-C', path, 'checkout', '-q', commit]);
    return { commit, checkout: path };
  };
  return { repository: repository.path, cache, before: checkout(first, 'before'), after: checkout(second, 'after') };
}
