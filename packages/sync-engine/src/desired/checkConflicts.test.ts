import { describe, expect, test } from '@jest/globals';
import type { RelativePath } from '../paths/relativePath.ts';
import { sync } from '../index.ts';
import { readRecipe } from '../sync/recipe.ts';
import { withDefaults } from '../sync/withDefaults.ts';
import { gitBlobId, memorySource } from '../testing/memorySource.ts';
import { mapping, memoryRequest, refusal, requestFor } from '../testing/requests.ts';
import { readTree, temporaryFolder } from '../testing/trees.ts';
import { checkFileMappings, checkOwners, checkPaths } from './checkConflicts.ts';
import { buildDesiredTree } from './desiredTree.ts';
import { renderMappings } from './renderMappings.ts';

/** What is told of files that two mappings provide: the first of them the first file, the second all others. */
function check(paths: readonly string[], targetFoldsNames: boolean): () => void {
  const [first, second] = renderMappings([mapping('site', 'a', { label: 'list[7]' }), mapping('base', 'a')], {});
  if (first === undefined || second === undefined) throw new Error('there are two mappings');
  const files = paths.map((path, index) => [path as RelativePath, { mapping: index === 0 ? first : second }] as const);
  return () => checkPaths(new Map(files), targetFoldsNames);
}

describe('a conflict', () => {
  test('is two file mappings to one path', () => {
    const mappings = [mapping('a', 'x', { type: 'file' }), mapping('b', '{{.Name}}', { type: 'file' })];
    expect(() => checkFileMappings(renderMappings(mappings, { Name: 'x' }))).toThrow(
      'mappings[0].source "a" and mappings[1].source "b" are both mapped to "x"',
    );
    expect(() => checkFileMappings(renderMappings(mappings, { Name: 'y' }))).not.toThrow();
  });

  test('is a file where another mapping needs a folder', () => {
    expect(check(['a/b', 'a/b/c/d'], false)).toThrow(
      '"a/b" is a file for list[7].source "site" and a folder for mappings[1].source "base", which has "a/b/c/d"',
    );
    expect(check(['a/b/c/d', 'a/b'], false)).toThrow(
      '"a/b" is a file for mappings[1].source "base" and a folder for list[7].source "site", which has "a/b/c/d"',
    );
    expect(check(['a/b', 'a/bc/d'], false)).not.toThrow();
  });

  test('of a file with a folder names both sources too when only what has changed of one is looked at', async () => {
    using folder = temporaryFolder();
    const mappings = [mapping('a', 'conf', { label: 'the first' }), mapping('b/c', 'conf/x', { type: 'file' })];
    const before = { 'a/y': '1', 'b/c': '2' };
    await sync(memoryRequest(folder.path, before, { mappings }));
    const source = memorySource({ ...before, 'a/x/y': '3' }, [before]);
    expect(await refusal(requestFor('', folder.path, { source, mappings }))).toMatchObject({
      reason: 'PathConflict',
      message:
        '"conf/x" is a file for mappings[1].source "b/c" and a folder for the first.source "a", which has "conf/x/y"',
    });
    expect(readTree(folder.path)).toEqual({ 'conf/y': '1', 'conf/x': '2' });
  });

  test.each([
    ['case', 'a/View.json', 'a/view.json', 'a/View.json', 'a/view.json'],
    ['composition', 'a/\u00e9', 'a/e\u0301', 'a/\u00e9', 'a/e\u0301'],
    ['the case of a folder', 'A/x', 'a/y', 'A', 'a'],
  ])('is two names that differ only in %s, where the target folds them', (_name, left, right, one, other) => {
    expect(check([left, right], true)).toThrow(
      `"${one}" of list[7].source "site" and "${other}" of mappings[1].source "base" are one name`,
    );
    expect(check([left, right], false)).not.toThrow();
  });

  test('of names that fold together is found in what a source lists', () => {
    const { mappings, excluded, guard } = readRecipe(withDefaults(memoryRequest('/target', {})));
    const builder = buildDesiredTree({ mappings, excluded, guard }, true);
    for (const path of ['View.json', 'view.json'])
      builder.add({ path, kind: 'file', executable: false, blobId: gitBlobId('') });
    expect(() => builder.finish()).toThrow(
      '"conf/View.json" of mappings[0].source "." and "conf/view.json" of mappings[0].source "." are one name',
    );
  });
});

describe('two owners', () => {
  const of = (owner: string, source: string, destination: string) => mapping(source, destination, { owner });

  test('may not have one destination, whatever is in their sources', () => {
    const mappings = [of('base', 'a', 'conf'), of('site', 'b', '{{.Name}}')];
    expect(() => checkOwners(renderMappings(mappings, { Name: 'conf' }))).toThrow(
      'mappings[0].source "a" and mappings[1].source "b" are both mapped to "conf"',
    );
    expect(() => checkOwners(renderMappings(mappings, { Name: 'other' }))).not.toThrow();
  });

  test('may not write one file, from folders that lie inside each other', async () => {
    using folder = temporaryFolder();
    const mappings = [of('base', 'a', 'conf'), of('site', 'b', 'conf/deep')];
    const apart = { 'a/x': '1', 'b/y': '2' };
    await sync(memoryRequest(folder.path, apart, { mappings }));
    const before = readTree(folder.path);
    const request = memoryRequest(folder.path, { ...apart, 'a/deep/y': '3' }, { mappings });
    expect(await refusal(request)).toMatchObject({
      reason: 'PathConflict',
      message: 'mappings[0].source "a" and mappings[1].source "b" are both mapped to "conf/deep/y"',
    });
    expect(readTree(folder.path)).toEqual(before);
  });

  test('leave to everybody what has none: it may be laid over both', async () => {
    using folder = temporaryFolder();
    const mappings = [of('base', 'a', 'conf'), of('site', 'b', 'other'), mapping('mode', 'conf')];
    await sync(memoryRequest(folder.path, { 'a/x': '1', 'b/y': '2', 'mode/x': '3' }, { mappings }));
    expect(readTree(folder.path)).toEqual({ 'conf/x': '3', 'other/y': '2' });
  });

  test('one owner has layers, of which the later wins', async () => {
    using folder = temporaryFolder();
    const mappings = [of('base', 'a', 'conf'), of('base', 'b', 'conf')];
    await sync(memoryRequest(folder.path, { 'a/x': '1', 'b/x': '2' }, { mappings }));
    expect(readTree(folder.path)).toEqual({ 'conf/x': '2' });
  });
});
