import { describe, expect, test } from '@jest/globals';
import type { RelativePath } from '../paths/relativePath.ts';
import { sync } from '../index.ts';
import { mapping, memoryRequest, refusal } from '../testing/requests.ts';
import { readTree, temporaryFolder } from '../testing/trees.ts';
import { checkFileMappings, checkOwners, checkPaths } from './checkConflicts.ts';
import { renderMappings } from './renderMappings.ts';

function check(paths: readonly string[], targetFoldsNames: boolean): () => void {
  return () => checkPaths(new Map(paths.map((path) => [path as RelativePath, undefined])), targetFoldsNames);
}

describe('a conflict', () => {
  test('is two file mappings to one path', () => {
    const mappings = [mapping('a', 'x', { type: 'file' }), mapping('b', '{{.Name}}', { type: 'file' })];
    expect(() => checkFileMappings(renderMappings(mappings, { Name: 'x' }))).toThrow(
      '"a" and "b" are both mapped to "x"',
    );
    expect(() => checkFileMappings(renderMappings(mappings, { Name: 'y' }))).not.toThrow();
  });

  test('is a file where another mapping needs a folder', () => {
    expect(check(['a/b', 'a/b/c/d'], false)).toThrow('"a/b" is a file for one mapping and a folder for another');
    expect(check(['a/b', 'a/bc/d'], false)).not.toThrow();
  });

  test.each([
    ['case', 'a/View.json', 'a/view.json'],
    ['composition', 'a/\u00e9', 'a/e\u0301'],
    ['the case of a folder', 'A/x', 'a/y'],
  ])('is two names that differ only in %s, where the target folds them', (_name, left, right) => {
    expect(check([left, right], true)).toThrow('are one name');
    expect(check([left, right], false)).not.toThrow();
  });
});

describe('two owners', () => {
  const of = (owner: string, source: string, destination: string) => mapping(source, destination, { owner });

  test('may not have one destination, whatever is in their sources', () => {
    const mappings = [of('base', 'a', 'conf'), of('site', 'b', '{{.Name}}')];
    expect(() => checkOwners(renderMappings(mappings, { Name: 'conf' }))).toThrow(
      '"a" of base and "b" of site are both mapped to "conf"',
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
      message: '"a" of base and "b" of site are both mapped to "conf/deep/y"',
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
