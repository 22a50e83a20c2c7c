import { spawnSync } from 'node:child_process';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { agentArchive } from './packAgent.ts';
import { readPlan, type Release } from './plan.ts';
import type { Place } from './steps.ts';
import { notesFile } from './writeNotes.ts';
import { sbomFile } from './writeSboms.ts';

/**
 * Makes a release on GitHub, and its tag on the commit that is checked out, for each release of the plan, unless it is there
 * already: a run that failed half-way is simply run again. Uses `gh` with its own login. Throws with what gh says.
 */
export async function releaseOnGithub({ root, folder }: Place): Promise<void> {
  const commit = (await runProgram('git', ['rev-parse', 'HEAD'], { cwd: root })).trim();
  for (const release of readPlan(folder)) {
    const { tag } = release;
    if (exists(tag, root)) console.log(`${tag} is there already`);
    else process.stdout.write(await runProgram('gh', createArguments(release, commit, folder), { cwd: root }));
  }
}

/** `gh release view` fails for a tag that has no release; that gh works at all shows when it then creates one. */
function exists(tag: string, root: string): boolean {
  return spawnSync('gh', ['release', 'view', tag], { cwd: root, stdio: 'ignore' }).status === 0;
}

function createArguments(release: Release, commit: string, folder: string): string[] {
  const { name, tag, version, tarball } = release;
  // The page of the project shows one release as its latest: the one that people install.
  const latest = name === '@stoker/controller' && !version.includes('-');
  const notes = notesFile(folder, release);
  const flags = ['--title', tag, '--target', commit, '--notes-file', notes, `--latest=${latest}`];
  if (version.includes('-')) flags.push('--prerelease');
  const program = name === '@stoker/agent' ? [agentArchive(folder, release)] : [];
  return ['release', 'create', tag, ...flags, sbomFile(folder, release), ...(tarball ? [tarball] : []), ...program];
}
