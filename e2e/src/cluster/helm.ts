import { pastProxies } from './addresses.ts';
import { chooseCluster } from './chooseCluster.ts';
import { requireGoProgram } from './goPrograms.ts';
import { checkout } from './paths.ts';
import { runProgram } from './runProgram.ts';

/** Runs helm against the chosen cluster and answers what it printed; `extra` is added to its environment. Throws with its message when it fails. */
export async function helm(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...pastProxies(), ...extra, KUBECONFIG: chooseCluster().kubeconfig };
  return await runProgram(requireGoProgram('helm'), args, { cwd: checkout, env });
}
