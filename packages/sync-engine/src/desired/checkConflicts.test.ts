import { describe, expect, test } from '@jest/globals';
import type { RelativePath } from '../paths/relativePath.ts';
import { mapping } from '../testing/requests.ts';
import { checkFileMappings, checkPaths } from './checkConflicts.ts';
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
