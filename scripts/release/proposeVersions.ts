import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { readPackages } from './readPackages.ts';
import type { Place } from './steps.ts';
import { version } from './version.ts';

const branch = 'release/next';
const title = 'Version packages';

/**
 * Puts what `version` changes onto a branch of its own and asks with a pull request for its release, always the same one.
 * Merging it releases. Does nothing when there are no changesets. Throws with what git and gh say.
 */
export async function proposeVersions({ root, folder }: Place): Promise<void> {
  const git = (...args: string[]) => runProgram('git', args, { cwd: root });
  const before = readPackages(root);
  await version(root);
  if ((await git('status', '--porcelain')) === '') return console.log('there is nothing to release');
  const releases = [...readPackages(root)].filter(([name, found]) => before.get(name)?.version !== found.version);
  const body = `Merging this releases:\n\n${releases.map(([name, found]) => `- ${name} ${found.version}`).join('\n')}\n`;
  const bodyFile = join(folder, 'proposal.md');
  writeFileSync(bodyFile, body);
  await git('switch', '--force-create', branch);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', title);
  await git('push', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  const there = spawnSync('gh', ['pr', 'view', branch, '--json', 'state', '--jq', '.state'], {
    cwd: root,
    encoding: 'utf8',
  });
  const action = there.stdout?.trim() === 'OPEN' ? ['edit', branch] : ['create', '--head', branch, '--base', 'main'];
  await runProgram('gh', ['pr', ...action, '--title', title, '--body-file', bodyFile], { cwd: root });
}
