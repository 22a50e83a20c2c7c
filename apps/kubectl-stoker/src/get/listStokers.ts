import { type Stoker, stokers } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { isNotFound, type KubeClient } from '@stoker/kube';

/** The Stokers of one namespace, of all when undefined, by name. Throws `NotInstalled` where the cluster knows none. */
export async function listStokers(client: KubeClient, namespace: string | undefined): Promise<readonly Stoker[]> {
  try {
    const { items } = await client.list(stokers, { namespace });
    return items.toSorted((a, b) => fullName(a).localeCompare(fullName(b)));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new StokerError('this cluster does not know what a Stoker is', {
      reason: 'NotInstalled',
      class: 'stalled',
      hint: 'Stoker is not installed: "kubectl stoker check" tells what is missing',
      cause: error,
    });
  }
}

function fullName({ metadata: { namespace, name } }: Stoker): string {
  return `${namespace}/${name}`;
}
