import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const faults = [...page.matchAll(/^\| (\d+) +\|[^|]+\|([^|]+)\|$/gmu)].map(([, number, shownBy = '']) => ({
  number: Number(number),
  tests: testsOf(shownBy),
}));
const tests = faults.flatMap(({ number, tests: shown }) => shown.map((proof) => ({ number, ...proof })));

/** Of one cell: `file`: “title”, “title”; `file`: “title” */
function testsOf(cell: string): { readonly path: string; readonly titles: readonly string[] }[] {
  return cell.split(/; (?=`)/u).map((part) => {
    const [, path = '', titles = ''] = /^\s*`([^`]+)`: (.+?)\s*$/u.exec(part) ?? [];
    return { path, titles: [...titles.matchAll(/“([^”]+)”/gu)].map(([, title]) => title ?? '') };
  });
}

/** Whether the file has a string that is exactly this, as the name of a test, of a group or of a row of its cases. */
function hasTitle(path: string, title: string): boolean {
  const source = readFileSync(join(root, path), 'utf8');
  return [`'`, `"`, '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

test('every fault of the design has a row', () => {
  expect(faults.map(({ number }) => number)).toEqual(Array.from({ length: 90 }, (_, index) => index + 1));
});

test('every row names files of tests that are there, and titles in each', () => {
  expect(tests.length).toBeGreaterThan(100);
  const empty = tests.filter(({ path, titles }) => !existsSync(join(root, path)) || titles.length === 0);
  expect(empty).toEqual([]);
});

test('every test that a row names is in its file', () => {
  const missing = tests
    .filter(({ path }) => existsSync(join(root, path)))
    .flatMap(({ number, path, titles }) =>
      titles.filter((title) => !hasTitle(path, title)).map((title) => `${number}: ${path} has no “${title}”`),
    );
  expect(missing).toEqual([]);
});

test('a part of a title is none', () => {
  const path = 'scripts/docs/reliability.test.ts';
  expect([hasTitle(path, 'a part of a title is none'), hasTitle(path, ['part', 'of a title'].join(' '))]).toEqual([
    true,
    false,
  ]);
});
