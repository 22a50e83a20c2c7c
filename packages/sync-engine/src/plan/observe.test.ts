import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compileGuard } from '../desired/guard.ts';
import { managedFolders } from '../desired/pruneScope.ts';
import { renderMappings } from '../desired/renderMappings.ts';
import { fileStat } from '../disk/fileStat.ts';
import { openLiveTree } from '../disk/liveTree.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Manifest, ManifestHeader } from '../state/manifest.ts';
import { foldingTree } from '../testing/foldingTree.ts';
import { gitBlobId } from '../testing/memorySource.ts';
import { mapping } from '../testing/requests.ts';
import { temporaryFolder, writeTree } from '../testing/trees.ts';
import type { Tree } from '../testing/trees.ts';
import { observe } from './observe.ts';
import type { Observation } from './observe.ts';

const facts = { sourceId: undefined, context: '', overlaid: 0, protected: [], provided: [true], files: 1 };
const release = { id: 'r', ref: 'main', commit: 'c' };
const header: ManifestHeader = { release, syncedAt: '', blobHash: 'git-sha1', ...facts };
const paths = (tree: Tree): RelativePath[] => Object.keys(tree).map((path) => path as RelativePath);

/** The differences in a mirrored folder that has what was written, and is to have something else. */
function differences(target: string, written: Tree, wanted: Tree, foldsNames: boolean) {
  const seen: Observation[] = [];
  writeTree(target, written);
  const entries = paths(written).map((path) => {
    const stat = fileStat(lstatSync(join(target, path)));
    return [path, { blobId: gitBlobId(written[path] ?? ''), executable: false, transformId: '', stat }] as const;
  });
  const manifest: Manifest = { header, entries: new Map(entries), madeFolders: new Set() };
  const files = paths(wanted).map(
    (path) => [path, { path, blobId: gitBlobId(wanted[path] ?? ''), executable: false }] as const,
  );
  const { settled } = observe({
    desired: new Map(files),
    manifest,
    live: foldsNames ? foldingTree(target) : openLiveTree(target),
    folders: managedFolders(renderMappings([mapping('.', 'conf')], {}), [true]),
    guard: compileGuard({ paths: [], explicitOnly: [] }),
    excluded: () => false,
    mounts: [],
    blobHash: 'git-sha1',
    foldsNames,
    rehash: false,
    onDifference: (difference) => seen.push(difference),
    onFile: () => undefined,
  });
  const told = seen.map(({ path, desired, liveIsBase }) => ({ path, isWanted: desired !== undefined, liveIsBase }));
  return { told, settled: [...settled.keys()] };
}

describe('a file of which only the case of the name changes', () => {
  test.each([
    ['its own', 'conf/View.json', 'conf/view.json'],
    ['its folder', 'conf/Views/a.json', 'conf/views/a.json'],
    ['its composition', 'conf/e\u0301', 'conf/\u00e9'],
  ])('is the same file where the target folds names, and not deleted (%s)', (_what, old, now) => {
    using folder = temporaryFolder();
    expect(differences(folder.path, { [old]: 'same' }, { [now]: 'same' }, true)).toEqual({ told: [], settled: [now] });
  });

  test('is written under the name it has, if its content changes too: it was no live edit', () => {
    using folder = temporaryFolder();
    const { told } = differences(folder.path, { 'conf/View.json': 'old' }, { 'conf/view.json': 'new' }, true);
    expect(told).toEqual([{ path: 'conf/view.json', isWanted: true, liveIsBase: true }]);
  });

  test('does not keep others from being deleted', () => {
    using folder = temporaryFolder();
    const written = { 'conf/View.json': 'same', 'conf/gone.json': 'g' };
    expect(differences(folder.path, written, { 'conf/view.json': 'same' }, true).told).toEqual([
      { path: 'conf/gone.json', isWanted: false, liveIsBase: true },
    ]);
  });

  test('is another file where names are told apart', () => {
    using folder = temporaryFolder();
    const { told } = differences(folder.path, { 'conf/View.json': 'same' }, { 'conf/view.json': 'same' }, false);
    expect(told.map(({ path, isWanted }) => [path, isWanted])).toEqual([
      ['conf/view.json', true],
      ['conf/View.json', false],
    ]);
  });
});
