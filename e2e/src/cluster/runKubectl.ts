import { existsSync } from 'node:fs';
import { pastProxies } from './addresses.ts';
import type { Missing } from './cluster.ts';
import { kubeBinaryPath } from './kubeBinary.ts';
import { hasProgram, runProgram, type RunOptions } from './runProgram.ts';

/**
 * Runs kubectl, the one in the built binary or the one on PATH, against a kubeconfig and answers what it printed. Throws with
 * its message when it fails.
 */
export function runKubectl(kubeconfig: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const built = kubeBinaryPath();
  const env = { ...pastProxies(), ...options.env, KUBECONFIG: kubeconfig };
  if (!existsSync(built)) return runProgram('kubectl', args, { ...options, env });
  return runProgram(built, args, { ...options, env, argv0: 'kubectl' });
}

/** Whether an API server answers there and says that it is ready. */
export function isReady(kubeconfig: string): Promise<boolean> {
  return runKubectl(kubeconfig, ['get', '--raw', '/readyz', '--request-timeout=5s']).then(
    () => true,
    () => false, // not answering is the answer
  );
}

/** Says so when there is no kubectl. */
export function missingKubectl(): readonly Missing[] {
  if (existsSync(kubeBinaryPath()) || hasProgram('kubectl')) return [];
  return [{ what: 'kubectl', how: 'install it from https://kubernetes.io/docs/tasks/tools and put it on PATH' }];
}
