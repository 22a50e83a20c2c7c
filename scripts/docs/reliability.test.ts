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

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Of one cell: `file`: “title”, “title”; `file`: “title” */
function testsOf(cell: string): { readonly path: string; readonly titles: readonly string[] }[] {
  return cell.split(/; (?=`)/u).map((part) => {
    const [, path = '', titles = ''] = /^\s*`([^`]+)`: (.+?)\s*$/u.exec(part) ?? [];
    return { path, titles: [...titles.matchAll(/“([^”]+)”/gu)].map(([, title]) => title ?? '') };
  });
}

/** Up to where the title of a test or a group stands, as the formatter writes it: after a table of cases, where it has one. */
const calls = [
  String.raw`\b(?:test|it|describe)\(`,
  String.raw`\b(?:test|it|describe)\.each(?:<.*>)?\(.*\)\(`,
  String.raw`^( *)(?:test|it|describe)\.each(?:<.*>)?\(\[\n(?:(?!\1\]).*\n)*\1\](?: as const)?\)\(`,
].map((call) => String.raw`${call}\s*`);

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);

/** Whether the text of a file has a test or a group that is called exactly this. */
function hasTitle(source: string, title: string): boolean {
  const quoted = [`'`, `"`, '`'].map((quote) => `${quote}${title}${quote}`).filter((text) => source.includes(text));
  const patterns = quoted.flatMap((text) => calls.map((call) => new RegExp(`${call}${escaped(text)},`, 'mu')));
  return patterns.some((pattern) => pattern.test(source));
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
      titles.filter((title) => !hasTitle(read(path), title)).map((title) => `${number}: ${path} has no “${title}”`),
    );
  expect(missing).toEqual([]);
});

test.each([
  ['a test', `test('works', () => {`, true],
  ['a group', `describe("works", () => {`, true],
  ['a test that seeds name', 'test(\n  `works`,\n  async () => {', true],
  ['cases in one line', `test.each(['a)(', 'b'])('works', (one) => {`, true],
  ['cases of a type', `test.each<[string, () => void]>(cases)(\n  'works',\n`, true],
  ['a table of cases', `  test.each([\n    ['a'],\n  ] as const)('works', () => {`, true],
  ['a row of cases', `test.each([\n  'works',\n])('%s', () => {`, false],
  ['a list of cases', `const cases = ['works', 'fails'];\ntest.each(cases)('%s', () => {`, false],
  ['a part of a title', `test('works well', () => {`, false],
  ['what a test calls', `test('fails', () => {\n  it.is('works', 1);\n`, false],
])('%s has a title or not', (_what, source, has) => {
  expect(hasTitle(source, 'works')).toBe(has);
});
