// The part of the checkout that versions, packs and publishes, as a git repository of its own in which a release can be rehearsed.
import { cpSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';

const wanted = [
  'LICENSE',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  '.changeset/*',
  'deploy/charts/stoker/Chart.yaml',
  '{packages,apps}/*/{package.json,README.md,CHANGELOG.md,crds,dist,src}',
  '{e2e,bench}/package.json',
];

/** Copies what a release needs, built packages too, into `target` and commits it. */
export async function copyRepository(target: string): Promise<void> {
  for (const path of globSync(wanted, { cwd: checkout })) {
    cpSync(join(checkout, path), join(target, path), { recursive: true });
  }
  // Packed, and of no interest to versions: adding a thousand files to git takes longer than all steps together.
  writeFileSync(join(target, '.gitignore'), 'dist/\nsrc/\n.build/\n');
  await git(target, 'init', '--quiet', '--initial-branch=main');
  await git(target, 'config', 'user.name', 'test');
  await git(target, 'config', 'user.email', 'test@localhost');
  await git(target, 'add', '--all', '.');
  await git(target, 'commit', '--quiet', '--message', 'As it is');
}

export function git(repository: string, ...args: string[]): Promise<string> {
  return runProgram('git', ['-C', repository, ...args]);
}
