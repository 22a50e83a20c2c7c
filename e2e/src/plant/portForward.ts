import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chooseCluster } from '../cluster/chooseCluster.ts';
import { kubeBinaryPath } from '../cluster/kubeBinary.ts';

export interface PortForward {
  /** `http://127.0.0.1:34567` */
  readonly origin: string;
  close(): void;
}

/** `kubectl port-forward`, since this way in works on every cluster. `target` as kubectl writes it: `svc/git`. */
export async function portForward(namespace: string, target: string, port: number): Promise<PortForward> {
  const built = kubeBinaryPath();
  const child = spawn(existsSync(built) ? built : 'kubectl', ['-n', namespace, 'port-forward', target, `:${port}`], {
    argv0: 'kubectl',
    env: { ...process.env, KUBECONFIG: chooseCluster().kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`port-forward to ${namespace}/${target} ended: ${errors}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const local = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (local) resolve(`http://127.0.0.1:${local}`);
    });
  });
  return { origin, close: () => void child.kill('SIGKILL') };
}
