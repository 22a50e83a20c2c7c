import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCluster } from './chooseCluster.ts';
import { cacheFolder, checkout } from './paths.ts';
import { hasProgram, runProgram } from './runProgram.ts';

/** The version set-up builds. */
export const helmVersion = 'v3.22.0';
/** Where set-up puts it. */
export const helmFolder = join(cacheFolder, 'helm', helmVersion);

/** Runs helm against the chosen cluster and answers what it printed. Throws with its message when it fails. */
export function helm(args: readonly string[]): Promise<string> {
  const built = join(helmFolder, 'helm');
  if (!existsSync(built) && !hasProgram('helm')) throw new Error('helm is missing; build it with: npm run setup');
  const env = { KUBECONFIG: chooseCluster().kubeconfig };
  return runProgram(existsSync(built) ? built : 'helm', args, { cwd: checkout, env });
}
