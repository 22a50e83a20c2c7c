import { createInterface } from 'node:readline';
import { kubectl, startKubectl } from '../cluster/kubectl.ts';
import { eventually } from './eventually.ts';

export interface PortForward {
  /** `http://127.0.0.1:34567` */
  readonly origin: string;
  close(): void;
}

/**
 * `kubectl port-forward` to a Service: to a pod of it that takes traffic, as a client inside of the cluster would get. A pod that
 * has just become ready is known to its Service a moment later, and one that has just ended is known still.
 */
export function portForwardToService(namespace: string, service: string): Promise<PortForward> {
  return eventually(`${service} has a ready pod`, async () => {
    const { pod, port } = await servingPod(namespace, service);
    return await portForward(namespace, `pod/${pod}`, port);
  });
}

/** kubectl's own choice may be a pod that is just ending. */
async function servingPod(namespace: string, service: string): Promise<{ pod: string; port: number }> {
  const selector = `kubernetes.io/service-name=${service}`;
  const { items } = JSON.parse(
    await kubectl(['-n', namespace, 'get', 'endpointslices', '-l', selector, '-o', 'json']),
  ) as { items: EndpointSlice[] };
  for (const { endpoints, ports } of items) {
    const pod = endpoints?.find(({ conditions }) => conditions?.ready)?.targetRef?.name;
    const port = ports?.[0]?.port;
    if (pod && port) return { pod, port };
  }
  throw new Error(`no pod of the Service ${namespace}/${service} is ready`);
}

interface EndpointSlice {
  endpoints?: { conditions?: { ready?: boolean }; targetRef?: { name: string } }[];
  ports?: { port: number }[];
}

/** `kubectl port-forward`, since this way in works on every cluster. `target` as kubectl writes it: `pod/git-0`. */
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
