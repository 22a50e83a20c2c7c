// On a cluster that others use too, nothing is changed or deleted that this checkout has not made.
import { chooseCluster } from './chooseCluster.ts';
import type { ClusterKind } from './cluster.ts';
import { kubectl } from './kubectl.ts';

/** On every namespace that demo, tests and `npm run cluster -- install` make. */
export const ownershipLabel = 'stoker.io/made-by-checkout';

export interface ExistingNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Why a namespace has to be left alone; undefined when it may be made, used and deleted. The other kinds of cluster are ours as a whole. */
export function refusalOf(kind: ClusterKind, found: ExistingNamespace | undefined): string | undefined {
  if (kind !== 'external' || found === undefined || found.labels[ownershipLabel] === 'true') return undefined;
  return (
    `the namespace ${found.name} exists on the cluster of KUBECONFIG and was not made by this checkout, so it is left ` +
    `alone; use another cluster, or, if everything in it may be overwritten and deleted: ` +
    `kubectl label namespace ${found.name} ${ownershipLabel}=true`
  );
}

/** Throws where a namespace of that name is somebody else's. */
export async function refuseForeignNamespace(name: string): Promise<void> {
  const { kind } = chooseCluster();
  const printed = await kubectl(['get', 'namespace', name, '--ignore-not-found', '-o', 'json']);
  const labels = () => (JSON.parse(printed) as { metadata: { labels?: Record<string, string> } }).metadata.labels ?? {};
  const refusal = refusalOf(kind, printed.trim() === '' ? undefined : { name, labels: labels() });
  if (refusal !== undefined) throw new Error(refusal);
}

/**
 * Makes a namespace with these labels, or uses the one that this checkout has made before; of one that is still going, it waits
 * for the end. Throws where it is somebody else's.
 */
export async function makeNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  await refuseForeignNamespace(name);
  const going = ['--field-selector', `metadata.name=${name},status.phase=Terminating`];
  await kubectl(['wait', 'namespace', ...going, '--for=delete', '--timeout=120s']);
  const metadata = { name, labels: { ...labels, [ownershipLabel]: 'true' } };
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }) });
}

/** Deletes a namespace, if there is one, and waits until it is gone. Throws where it is somebody else's. */
export async function deleteNamespace(name: string): Promise<void> {
  await beginDeletion(name);
  await kubectl(['wait', `namespace/${name}`, '--for=delete', '--timeout=120s']);
}

/** The same without the wait: its pods take seconds to end, and whoever makes it anew waits then. */
export async function beginDeletion(name: string): Promise<void> {
  await refuseForeignNamespace(name);
  await kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait=false']);
}
