import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkout } from '../cluster/paths.ts';
import { allMarkdown, docsPages, repositoryFiles } from './pages.ts';
import { readPage } from './readPage.ts';

/** What is wrong with a link out of a file of the repository; undefined for one that leads somewhere, or to another host. */
function faultOf(file: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const found = path === '' ? join(checkout, file) : join(checkout, dirname(file), path);
  if (!existsSync(found)) return 'is not there';
  if (anchor === undefined) return undefined;
  if (statSync(found).isDirectory() || !found.endsWith('.md')) return 'has no headings';
  return readPage(found).anchors.has(anchor) ? undefined : `has no heading #${anchor}`;
}

test('every link between files of the repository leads to a file and a heading that are there', () => {
  const links = allMarkdown().flatMap((file) =>
    readPage(join(checkout, file)).links.map(({ target, line }) => ({ file, target, line })),
  );
  expect(links.length).toBeGreaterThan(50);
  const faults = links.flatMap(({ file, target, line }) => {
    const fault = faultOf(file, target);
    return fault === undefined ? [] : [`${file}:${line}: ${target} ${fault}`];
  });
  expect(faults).toEqual([]);
});

test('every file of code that a text names is there', () => {
  const files = repositoryFiles();
  const named = allMarkdown().flatMap((file) =>
    [...readPage(join(checkout, file)).prose.matchAll(/`([\w.@/-]+\.(?:ts|mjs|sh|go))`/g)].map(([, name = '']) => ({
      file,
      name,
    })),
  );
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(({ name }) => !files.some((path) => `/${path}`.endsWith(`/${name}`)));
  expect(missing).toEqual([]);
});

test('a link to a missing file, a missing heading or a folder with a heading is found', () => {
  const faults = ['nowhere.md', 'docs/README.md#nothing', 'docs#documentation'].map((target) =>
    faultOf('README.md', target),
  );
  expect(faults).toEqual(['is not there', 'has no heading #nothing', 'has no headings']);
});

test('the index of the documentation names every page', () => {
  const named = readPage(join(checkout, 'docs/README.md')).links.map(({ target }) => target);
  expect(docsPages().filter((page) => page !== 'README.md' && !named.includes(page))).toEqual([]);
});

test.each([
  ['e2e/README.md', 'e2e/tests', /^(\w+)\.e2e\.test\.ts$/, ''],
  ['deploy/charts/README.md', 'deploy/charts/tests', /^(.+\.test\.(?:ts|yaml))$/, 'tests/'],
])('%s has a row for each test in %s', (readme, folder, pattern, prefix) => {
  const names = readdirSync(join(checkout, folder)).flatMap((file) => pattern.exec(file)?.[1] ?? []);
  const cells = readFileSync(join(checkout, readme), 'utf8').match(/^\| `[^|]*/gm) ?? [];
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !cells.some((cell) => cell.includes(`\`${prefix}${name}\``)))).toEqual([]);
});
