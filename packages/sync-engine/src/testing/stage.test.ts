import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { expectNoMixture } from './stage.ts';
import { temporaryFolder, writeTree } from './trees.ts';

const before = { 'both.txt': 'old', tool: 't', 'gone.txt': 'g', turns: 'a file' };
const after = { 'both.txt': 'new', 'tool*': 't', 'added.txt': 'a', 'turns/in': 'a folder' };

describe('a tree on its way', () => {
  test.each([
    ['old', before],
    ['new', after],
    ['in between', { 'both.txt': 'new', tool: 't', 'added.txt': 'a' }],
  ])('may be %s', (_what, tree) => {
    using folder = temporaryFolder();
    writeTree(folder.path, tree);
    expect(() => expectNoMixture(folder.path, { before, after })).not.toThrow();
  });

  test.each([
    ['has lost a file', (path: string) => rmSync(join(path, 'both.txt'))],
    ['has lost a file that changes only its mode', (path: string) => rmSync(join(path, 'tool'))],
    ['has half a file', (path: string) => writeTree(path, { 'both.txt': 'ne' })],
    ['has an empty file', (path: string) => writeTree(path, { 'added.txt': '' })],
    ['has a file of its own', (path: string) => writeTree(path, { 'both.txt.part': 'new' })],
  ])('is a mixture if it %s', (_what, spoil) => {
    using folder = temporaryFolder();
    writeTree(folder.path, before);
    spoil(folder.path);
    expect(() => expectNoMixture(folder.path, { before, after })).toThrow('toEqual');
  });
});
