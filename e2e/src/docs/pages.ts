import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../cluster/paths.ts';

const folder = join(checkout, 'docs');

/** The pages that people write, by their file names. */
export function docsPages(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.md'));
}

export function docsPath(name: string): string {
  return join(folder, name);
}

/** Every file of the repository, or those that a pattern of git's matches, relative to its root. */
export function repositoryFiles(pattern = '.'): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', pattern];
  return execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim().split('\n');
}

/** Every Markdown file of the repository that people read, relative to its root. */
export function allMarkdown(): string[] {
  return repositoryFiles('*.md').filter((file) => !/(^|\/)(CHANGELOG\.md$|\.changeset\/)/.test(file));
}
