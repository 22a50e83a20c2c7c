import { createInterface } from 'node:readline';
import { startKubectl } from '../cluster/kubectl.ts';

/** A state of a Service's endpoints: how many pods it has, and how many of them get requests. */
export interface Endpoints {
  readonly pods: number;
  readonly ready: number;
}

export interface EndpointsWatch {
  /** Every state since the watch began, in order; each differs from the one before. */
  readonly seen: readonly Endpoints[];
  close(): void;
}

/** Watches the EndpointSlices of a Service from now on, so that not even a moment without the pod is missed. */
export async function watchEndpoints(namespace: string, service: string): Promise<EndpointsWatch> {
  const selector = `kubernetes.io/service-name=${service}`;
  const columns = 'custom-columns=READY:.endpoints[*].conditions.ready';
  const args = ['-n', namespace, 'get', 'endpointslices', '-l', selector, '--watch', '--no-headers', '-o', columns];
  const child = startKubectl(args);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const seen: Endpoints[] = [];
  const first = Promise.withResolvers<void>();
  child.once('error', first.reject);
  child.once('exit', () => first.reject(new Error(`the watch of ${service}'s endpoints ended: ${errors}`)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const values = line.trim() === '<none>' ? [] : line.split(',').map((value) => value.trim());
    const state = { pods: values.length, ready: values.filter((value) => value === 'true').length };
    const last = seen.at(-1);
    // Other changes of the objects, such as an annotation, are told of with the same line once more.
    if (last === undefined || last.pods !== state.pods || last.ready !== state.ready) seen.push(state);
    first.resolve();
  });
  await first.promise;
  return { seen, close: () => void child.kill('SIGKILL') };
}
