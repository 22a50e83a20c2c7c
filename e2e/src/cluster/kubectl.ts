import { chooseCluster } from './chooseCluster.ts';
import { runKubectl } from './runKubectl.ts';
import type { RunOptions } from './runProgram.ts';

/** Runs kubectl against the chosen cluster and answers what it printed. Throws with its message when it fails. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return runKubectl(chooseCluster().kubeconfig, args, options);
}
