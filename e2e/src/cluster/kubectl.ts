import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { chooseCluster } from './chooseCluster.ts';
import { kubeBinaryPath } from './kubeBinary.ts';
import { runKubectl } from './runKubectl.ts';
import type { RunOptions } from './runProgram.ts';

/** Runs kubectl against the chosen cluster and answers what it printed. Throws with its message when it fails. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return runKubectl(chooseCluster().kubeconfig, args, options);
}

/** Starts a kubectl that goes on until it is killed, such as a watch or a port-forward. */
export function startKubectl(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const built = kubeBinaryPath();
  return spawn(existsSync(built) ? built : 'kubectl', args, {
    argv0: 'kubectl',
    env: { ...process.env, KUBECONFIG: chooseCluster().kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
