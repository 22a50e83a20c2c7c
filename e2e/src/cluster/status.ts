import { chooseCluster } from './chooseCluster.ts';
import type { ClusterKind, Missing } from './cluster.ts';
import { runKubectl } from './runKubectl.ts';

export interface ClusterStatus {
  readonly kind: ClusterKind;
  readonly up: boolean;
  readonly kubeconfig: string;
  readonly missing: readonly Missing[];
  /** `Ready` or another phase, by node. */
  readonly nodes: Readonly<Record<string, string>>;
  /** How many pods are in each phase. */
  readonly pods: Readonly<Record<string, number>>;
}

const nodeLine = '{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
const podLine = '{range .items[*]}{.status.phase}{"\\n"}{end}';

/** What the chosen cluster is and what runs in it. */
export async function clusterStatus(): Promise<ClusterStatus> {
  const cluster = chooseCluster();
  const { kind, kubeconfig } = cluster;
  const up = await cluster.isUp();
  const list = async (...args: string[]) =>
    up ? (await runKubectl(kubeconfig, ['get', ...args])).split('\n').filter(Boolean) : [];
  const nodes = (await list('nodes', '--output', `jsonpath=${nodeLine}`)).map((line) => line.split(' '));
  const phases = Map.groupBy(
    await list('pods', '--all-namespaces', '--output', `jsonpath=${podLine}`),
    (phase) => phase,
  );
  return {
    kind,
    up,
    kubeconfig,
    missing: await cluster.missing(),
    nodes: Object.fromEntries(nodes.map(([name, ready]) => [name, ready === 'True' ? 'Ready' : 'NotReady'])),
    pods: Object.fromEntries([...phases].map(([phase, pods]) => [phase, pods.length])),
  };
}

/** The same for a person. */
export function statusLines(status: ClusterStatus): string {
  const list = (entries: object) =>
    Object.entries(entries)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ') || 'none';
  const lines = [`${status.kind} cluster is ${status.up ? 'up' : 'down'}`];
  if (status.up)
    lines.push(`nodes: ${list(status.nodes)}`, `pods: ${list(status.pods)}`, `kubeconfig: ${status.kubeconfig}`);
  lines.push(...status.missing.map(({ what, how }) => `missing: ${what} (${how})`));
  return lines.join('\n');
}
