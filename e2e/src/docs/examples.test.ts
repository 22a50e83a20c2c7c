import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { checkout } from '../cluster/paths.ts';
import { allMarkdown } from './pages.ts';
import { readPage } from './readPage.ts';

/** How many blocks a test takes out of a README to run them, with what they leave open: `readme.test.ts`, or `e2e/src/libraries`. */
const takenFromReadme: Readonly<Record<string, number>> = {
  'packages/gateway-sim/README.md': 1,
  'packages/sync-engine/README.md': 3,
  'packages/webhook-hmac/README.md': 1,
};

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');

/** Tests of a package that name one of its examples. */
function testsOf(example: string): string[] {
  const folder = dirname(dirname(example));
  const name = example.slice(folder.length + '/examples/'.length);
  const tests = globSync(`${folder}/src/**/*.test.ts`, { cwd: checkout });
  return tests.filter((path) => read(path).includes(name) && read(path).includes('README.md'));
}

/** Whether a block is, as it stands, an example of its package that a test runs. */
function isExample(file: string, text: string): boolean {
  const examples = globSync(`${dirname(file)}/examples/*.ts`, { cwd: checkout });
  return examples.some((path) => read(path).trim() === text.trim() && testsOf(path).length > 0);
}

test('every block of TypeScript is a program that a test runs', () => {
  const faults = allMarkdown().flatMap((file) => {
    const blocks = readPage(join(checkout, file)).blocks.filter(({ language }) => language === 'ts');
    const others = blocks.filter(({ text }) => !isExample(file, text));
    if (others.length === (takenFromReadme[file] ?? 0)) return [];
    return [
      `${file}: of the blocks in lines ${others.map(({ line }) => line).join(', ')} tests run ${takenFromReadme[file] ?? 0}: ` +
        `put the other into ${dirname(file)}/examples/ as it stands, and run it in ${dirname(file)}/src/readme.test.ts`,
    ];
  });
  expect(faults).toEqual([]);
});

const languages = ['sh', 'console', 'text', 'ts', 'js', 'json', 'yaml', 'yaml fragment', 'ini'];

test('every block says what it is, so that its test finds it', () => {
  const unknown = allMarkdown().flatMap((file) =>
    readPage(join(checkout, file))
      .blocks.filter(({ language }) => !languages.includes(language))
      .map(({ line, language }) => `${file}:${line}: "${language}" is none of ${languages.join(', ')}`),
  );
  expect(unknown).toEqual([]);
});

test('every block of YAML can be read, a fragment too', () => {
  const broken = allMarkdown().flatMap((file) =>
    readPage(join(checkout, file))
      .blocks.filter(({ language }) => language.startsWith('yaml'))
      .flatMap(({ line, text }) => {
        const documents = parseAllDocuments(text);
        const errors = documents.length === 0 ? ['it is empty'] : [...documents].flatMap((one) => one.errors);
        return errors.map((error) => `${file}:${line}: ${String(error)}`);
      }),
  );
  expect(broken).toEqual([]);
});
