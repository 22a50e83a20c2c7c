import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { expect } from '@jest/globals';
import { sync } from '../index.ts';
import { requestFor } from './requests.ts';
import { readTree, temporaryFolder, writeTree } from './trees.ts';

/** Adds, changes, deletes, an execute bit, a file that becomes a folder and a folder that becomes a file. */
const oldSource = {
  'same.txt': 'same',
  'changed.json': '{"version":1}',
  'gone/deep/gone.txt': 'gone',
  'tool.sh': 'run',
  'swap/a': 'a file that becomes a folder',
  'swap/b/one': 'one',
  'swap/b/two': 'two',
};
const newSource = {
  'same.txt': 'same',
  'changed.json': '{"version":2}',
  'new/deep/new.txt': 'new',
  'tool.sh*': 'run',
  'swap/a/inside': 'inside',
  'swap/b': 'a folder that became a file',
};

/** Where a sync is killed, or its calls fail: a target with the old release, and what it is to become. */
export interface Stage extends Disposable {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly source: string;
  /** A fresh copy of a target that has the old release, a stranger in a mirrored folder, and one beside it. */
  target(): string;
  /** A fresh copy of a target that was synced from the old release to the new one. */
  synced(): string;
}

export async function setStage(): Promise<Stage> {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  writeTree(at('old'), oldSource);
  writeTree(at('new'), newSource);
  writeTree(at('master'), { 'beside.txt': 'not managed' });
  await sync(requestFor(at('old'), at('master')));
  writeTree(at('master'), { 'conf/stranger/left.txt': 'left by the gateway' });
  chmodSync(at('master/conf/swap/b'), 0o750);
  copyTarget(at('master'), at('expected'));
  await sync(requestFor(at('new'), at('expected')));
  let count = 0;
  const copyOf = (name: string): string => copyTarget(at(name), at(`target-${(count += 1)}`));
  return {
    before: readTree(at('master')),
    after: readTree(at('expected')),
    source: at('new'),
    target: () => copyOf('master'),
    synced: () => copyOf('expected'),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** With modes, times and hard links, which `cpSync` does not keep. */
export function copyTarget(from: string, to: string): string {
  execFileSync('cp', ['-a', from, to]);
  return to;
}

/**
 * While a sync is cut short: every file is the old or the new one, one that is in both trees is there, and nothing else is.
 */
export function expectNoMixture(target: string, { before, after }: Pick<Stage, 'before' | 'after'>): void {
  const files = Object.entries(readTree(target)).filter(([path]) => !/\/(\?\d+)?$/.test(path));
  for (const [path, content] of files)
    expect([path, [before[path], after[path]]]).toEqual([path, expect.arrayContaining([content])]);
  const there = new Set(files.map(([path]) => withoutMode(path)));
  const [old, wanted] = [before, after].map((tree) => new Set(Object.keys(tree).map(withoutMode)));
  const lost = [...(old ?? [])].filter((path) => !path.endsWith('/') && wanted?.has(path) && !there.has(path));
  expect(lost).toEqual([]);
}

function withoutMode(path: string): string {
  return path.replace(/(\*|\?\d+)$/, '');
}

/** Byte for byte, mode for mode. */
export function expectOldOrNew(target: string, { before, after }: Stage): void {
  const tree = readTree(target);
  expect(tree).toEqual('conf/new/deep/new.txt' in tree ? after : before);
}

export async function expectConverges(target: string, stage: Stage): Promise<void> {
  await sync(requestFor(stage.source, target));
  expect(readTree(target)).toEqual(stage.after);
  expect((await sync(requestFor(stage.source, target))).outcome).toBe('unchanged');
}
