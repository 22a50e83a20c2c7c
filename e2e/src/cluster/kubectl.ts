import { existsSync } from 'node:fs';
import { chooseCluster } from './chooseCluster.ts';
import { kubeBinaryPath } from './kubeBinary.ts';
import { runProgram, type RunOptions } from './runProgram.ts';

/** Runs kubectl against the chosen cluster and answers what it printed. Throws with its message when it fails. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { kubeconfig } = chooseCluster();
  return runKubectl(kubeconfig, args, options);
}

/** The same against a given kubeconfig. */
export function runKubectl(kubeconfig: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const built = kubeBinaryPath();
  const env = { ...options.env, KUBECONFIG: kubeconfig };
  if (!existsSync(built)) return runProgram('kubectl', args, { ...options, env });
  return runProgram(built, args, { ...options, env, argv0: 'kubectl' });
}
