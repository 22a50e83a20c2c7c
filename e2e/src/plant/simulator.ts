import { kubectl } from '../cluster/kubectl.ts';

/** One scan as the simulated gateway recorded it. */
export interface RecordedScan {
  readonly problems: readonly unknown[];
}

/** Asks the simulator's control API through the API server, which works on every cluster. `path` is below `/sim`. */
export async function askSimulator<T>(namespace: string, pod: string, path = ''): Promise<T> {
  return JSON.parse(
    await kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/http:${pod}:8088/proxy/sim${path}`]),
  ) as T;
}

/** A file of the gateway's data folder as its own container sees it. Throws when it is not there. */
export function readGatewayFile(namespace: string, pod: string, path: string): Promise<string> {
  const program = `process.stdout.write(fs.readFileSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}))`;
  return kubectl(['-n', namespace, 'exec', pod, '-c', 'gateway', '--', 'node', '-e', program]);
}
