import { createInterface } from 'node:readline';
import { startKubectl } from '../cluster/kubectl.ts';

export interface PortForward {
  /** `http://127.0.0.1:34567` */
  readonly origin: string;
  close(): void;
}

/** `kubectl port-forward`, since this way in works on every cluster. `target` as kubectl writes it: `svc/git`. */
export async function portForward(namespace: string, target: string, port: number): Promise<PortForward> {
  const child = startKubectl(['-n', namespace, 'port-forward', target, `:${port}`]);
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
