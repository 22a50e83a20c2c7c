import { kubectl } from '../cluster/kubectl.ts';

/** One scan as the simulated gateway recorded it. */
export interface RecordedScan {
  readonly id: number;
  readonly kind: 'projects' | 'config';
  readonly cause: 'start' | 'request' | 'watch';
  readonly finishedAtMs: number;
  /** Names everything that the scan saw: equal folders have equal digests. */
  readonly digest: string;
  readonly problems: readonly unknown[];
}

/** Every scan the gateway remembers, asked through the API server, which works on every cluster. */
export async function recordedScans(namespace: string, pod: string): Promise<readonly RecordedScan[]> {
  return JSON.parse(await kubectl(['get', '--raw', control(namespace, pod, 'scans')])) as RecordedScan[];
}

/** Path → SHA-256 of what git is to rule in the gateway's data folder. */
export async function gatewayTree(namespace: string, pod: string): Promise<Readonly<Record<string, string>>> {
  const tree = JSON.parse(await kubectl(['get', '--raw', control(namespace, pod, 'tree')])) as Record<string, string>;
  return Object.fromEntries(Object.entries(tree).filter(([path]) => isManaged(path)));
}

/** Scans over and over from now on, as far as the scan locks allow: whatever is half-done for a moment will be seen. */
export async function watchScans(namespace: string, pod: string, on: boolean): Promise<void> {
  const args = ['create', '--raw', control(namespace, pod, 'watch'), '-f', '-'];
  await kubectl(args, { input: JSON.stringify({ on }) });
}

/** A file of the gateway's data folder as its own container sees it. Throws when it is not there. */
export function readGatewayFile(namespace: string, pod: string, path: string): Promise<string> {
  const program = `process.stdout.write(fs.readFileSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}))`;
  return kubectl(['-n', namespace, 'exec', pod, '-c', 'gateway', '--', 'node', '-e', program]);
}

function control(namespace: string, pod: string, call: string): string {
  return `/api/v1/namespaces/${namespace}/pods/http:${pod}:8088/proxy/sim/${call}`;
}

/** The destinations of the profiles' mappings: folders, and files beside them. The rest is the gateway's own. */
function isManaged(path: string): boolean {
  return /^(projects|config\/resources\/core)\//.test(path) || /^[^/.]+\.(xml|md)$/.test(path);
}
