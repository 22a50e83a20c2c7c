import { kubectl } from '../cluster/kubectl.ts';

/** One scan as the simulated gateway recorded it. */
interface RecordedScan {
  readonly kind: 'projects' | 'config';
  readonly cause: 'start' | 'request' | 'watch';
  readonly finishedAtMs: number;
  readonly problems: readonly unknown[];
}

/** Every scan the gateway remembers, asked through the API server, which works on every cluster. */
export async function recordedScans(namespace: string, pod: string): Promise<readonly RecordedScan[]> {
  const path = `/api/v1/namespaces/${namespace}/pods/http:${pod}:8088/proxy/sim/scans`;
  return JSON.parse(await kubectl(['get', '--raw', path])) as RecordedScan[];
}

/** A file of the gateway's data folder as its own container sees it. Throws when it is not there. */
export function readGatewayFile(namespace: string, pod: string, path: string): Promise<string> {
  const program = `process.stdout.write(fs.readFileSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}))`;
  return kubectl(['-n', namespace, 'exec', pod, '-c', 'gateway', '--', 'node', '-e', program]);
}
