import type { Ailment } from '@stoker/gateway-sim';
import { kubectl } from '../cluster/kubectl.ts';
import { ownClient } from '../cluster/ownClient.ts';
import { eventually } from './eventually.ts';

/** One scan as the simulated gateway recorded it. */
export interface RecordedScan {
  readonly id: number;
  readonly kind: 'projects' | 'config';
  readonly cause: 'start' | 'request' | 'watch';
  readonly finishedAtMs: number;
  /** Names everything that the scan saw: equal folders have equal digests. */
  readonly digest: string;
  readonly problems: readonly unknown[];
  /** Names of the projects that it took. */
  readonly projects: readonly string[];
}

/** Every scan the gateway remembers, asked through the API server, which works on every cluster. */
export async function recordedScans(namespace: string, pod: string): Promise<readonly RecordedScan[]> {
  return (await ask(namespace, pod, 'scans')) as RecordedScan[];
}

/** How far the gateway's clock is ahead of ours, in milliseconds; as exact as an answer through the API server is fast. */
export async function clockAheadMs(namespace: string, pod: string): Promise<number> {
  const { nowMs } = (await ask(namespace, pod, '')) as { nowMs: number };
  return nowMs - Date.now();
}

/** Path → SHA-256 of what git is to rule in the gateway's data folder. */
export async function gatewayTree(namespace: string, pod: string): Promise<Readonly<Record<string, string>>> {
  const tree = (await ask(namespace, pod, 'tree')) as Record<string, string>;
  return Object.fromEntries(Object.entries(tree).filter(([path]) => isManaged(path)));
}

/** Scans over and over from now on, as far as the scan locks allow: whatever is half-done for a moment will be seen. */
async function watchScans(namespace: string, pod: string, on: boolean): Promise<void> {
  await tell(namespace, pod, 'watch', { on });
}

/** What a gateway's scans saw from `startWitness` on. */
export interface Witness {
  /** Ends the scanning. Kind of scan → the trees that its scans saw, one after the other: `[A, B, A]` went back. */
  end(): Promise<Readonly<Record<RecordedScan['kind'], readonly string[]>>>;
}

/**
 * Has a gateway scan over and over, as far as the scan locks allow. The first scan comes before the answer, so that what the
 * folder was is among what is seen.
 */
export async function startWitness(namespace: string, pod: string): Promise<Witness> {
  const before = (await recordedScans(namespace, pod)).at(-1)?.id ?? 0;
  const seen = async () => (await recordedScans(namespace, pod)).filter(({ id }) => id > before);
  await watchScans(namespace, pod, true);
  // Kept: the gateway forgets scans that saw what the one before saw.
  const first = await eventually(`${pod} scans`, async () => {
    const scans = await seen();
    if (new Set(scans.map(({ kind }) => kind)).size < 2) throw new Error('not yet');
    return scans;
  });
  return {
    async end() {
      await watchScans(namespace, pod, false);
      const scans = [...first, ...(await seen())];
      const treesOf = (wanted: RecordedScan['kind']) =>
        scans
          .filter(({ kind }) => kind === wanted)
          .map(({ digest }) => digest)
          .filter((digest, index, digests) => digest !== digests[index - 1]);
      return { projects: treesOf('projects'), config: treesOf('config') };
    },
  };
}

/** Who has a Designer open from now on. */
export function openDesigners(
  namespace: string,
  pod: string,
  designers: readonly { readonly user: string; readonly project: string }[],
): Promise<void> {
  return tell(namespace, pod, 'designers', designers);
}

/** What the gateway complains about from now on, while it has loaded a configuration that contains a text. */
export function ail(namespace: string, pod: string, ailments: readonly Ailment[]): Promise<void> {
  return tell(namespace, pod, 'ailments', ailments);
}

/** Changes a live file as somebody does it in a Designer. */
export function editLive(namespace: string, pod: string, path: string, content: string): Promise<void> {
  return tell(namespace, pod, 'edit', { path, content });
}

/** A file of the gateway's data folder as its own container sees it. Throws when it is not there. */
export function readGatewayFile(namespace: string, pod: string, path: string): Promise<string> {
  const program = `process.stdout.write(fs.readFileSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}))`;
  return kubectl(['-n', namespace, 'exec', pod, '-c', 'gateway', '--', 'node', '-e', program]);
}

function ask(namespace: string, pod: string, call: string): Promise<unknown> {
  return ownClient().raw('GET', control(namespace, pod, call));
}

async function tell(namespace: string, pod: string, call: string, body: object): Promise<void> {
  await ownClient().raw('POST', control(namespace, pod, call), body);
}

function control(namespace: string, pod: string, call: string): string {
  return `/api/v1/namespaces/${namespace}/pods/http:${pod}:8088/proxy/sim/${call}`;
}

/** The destinations of the profiles' mappings: folders, and files beside them. The rest is the gateway's own. */
function isManaged(path: string): boolean {
  return /^(projects|config\/resources\/core)\//.test(path) || /^[^/.]+\.(xml|md)$/.test(path);
}
