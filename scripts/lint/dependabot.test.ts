import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkout } from '../../e2e/src/cluster/paths.ts';

interface Update {
  readonly 'package-ecosystem': string;
  readonly directory?: string;
  readonly directories?: readonly string[];
}

const { updates }: { updates: readonly Update[] } = parse(
  readFileSync(join(checkout, '.github/dependabot.yml'), 'utf8'),
);

function foldersOf(ecosystem: string): string[] {
  const named = updates.filter((update) => update['package-ecosystem'] === ecosystem);
  return named.flatMap(({ directory, directories }) => directories ?? directory ?? []).toSorted();
}

/** Folders with a file of this name that is in git. */
function foldersWith(name: string): string[] {
  const files = execFileSync('git', ['ls-files', '--', name, `**/${name}`], { cwd: checkout, encoding: 'utf8' });
  return files
    .trim()
    .split('\n')
    .map((path) => join('/', dirname(path)))
    .toSorted();
}

test.each([
  ['gomod', 'go.mod'],
  ['npm', 'pnpm-lock.yaml'],
  ['docker', 'Dockerfile'],
])('Dependabot watches, with %s, every folder that has a %s', (ecosystem, file) => {
  expect(foldersOf(ecosystem)).toEqual(foldersWith(file));
});
