import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { allMarkdown, repositoryFiles } from '../../e2e/src/docs/pages.ts';
import { readTestArguments } from '../test/testArguments.ts';
import { workspaces } from '../workspaces.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

/** What stands behind `npm run`, and `test` behind `npm`, in text and blocks alike: words until the command or its line ends. In a table, `|` between words is written `\|`. */
function npmCommands(text: string): { readonly script: string; readonly args: readonly string[] }[] {
  return [...text.matchAll(/\bp?npm (?:-s )?(?:run (?:-s )?)?([a-z][\w-]*)((?:[ \t]+(?:\\\||[^\s`#|&;)"])+)*)/g)]
    .filter(([command, script = '']) => command.includes(' run ') || script === 'test')
    .map(([, script = '', rest = '']) => ({ script, args: rest.trim().split(/\s+/).filter(Boolean) }));
}

const files = repositoryFiles('*.test.ts');
const folders = new Map(workspaces().map(({ folder, manifest }) => [manifest.name, folder]));

/** What is wrong with the arguments of a test run; undefined where they choose something. */
function faultOfTest(args: readonly string[]): string | undefined {
  const own = args[0] === '--' ? args.slice(1) : args;
  try {
    const { jestArguments } = readTestArguments(own, folders);
    const pattern = jestArguments.find((argument) => !argument.startsWith('-'));
    if (pattern === undefined || pattern === 'NAME') return undefined;
    return files.some((file) => new RegExp(pattern).test(file)) ? undefined : `no file of tests is like ${pattern}`;
  } catch (error) {
    return Error.isError(error) ? error.message : String(error);
  }
}

/** What is wrong with a command; undefined for one that package.json and the program behind it know. */
function faultOf({ script, args }: { readonly script: string; readonly args: readonly string[] }): string | undefined {
  if (!(script in scripts)) return `package.json has no script "${script}"`;
  if (script === 'test') return faultOfTest(args);
  const [dashes, name = ''] = args;
  if (dashes !== '--' || name.startsWith('-')) return undefined;
  const known = name.split('\\|').every((one) => {
    if (script === 'bench') return existsSync(join(root, 'bench', one, 'main.ts'));
    if (script === 'lint') return new RegExp(`^  ${one}: \\[`, 'm').test(read('scripts/lint.ts'));
    return true;
  });
  return known ? undefined : `npm run ${script} knows no ${name}`;
}

test('every npm command that Markdown names is one that there is', () => {
  const commands = allMarkdown().flatMap((file) => npmCommands(read(file)).map((command) => ({ ...command, file })));
  expect(commands.length).toBeGreaterThan(50);
  const faults = commands.flatMap(({ file, ...command }) => {
    const fault = faultOf(command);
    return fault === undefined ? [] : [`${file}: npm ${command.script} ${command.args.join(' ')}: ${fault}`];
  });
  expect(faults).toEqual([]);
});

test.each([
  ['npm run dome', 'package.json has no script "dome"'],
  ['npm run bench -- controller', 'npm run bench knows no controller'],
  ['npm run lint -- spelling', 'npm run lint knows no spelling'],
  ['npm test -- unti', expect.stringContaining('"unti" is neither a tier')],
  ['pnpm test --filter @stoker/nothing', expect.stringContaining('there is no package "@stoker/nothing"')],
  ['npm test -- unit -- --testPathPatterns nowhere', 'no file of tests is like nowhere'],
  ['npm run -s cluster -- up\\|status', undefined],
])('what is wrong with “%s” is found', (text, fault) => {
  expect(npmCommands(text).map(faultOf)).toEqual([fault]);
});
