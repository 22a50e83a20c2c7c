import { describeError, StokerError } from '@stoker/errors';
import { type ClusterAccess, type KubeClient, loadKubeConfig, openClient } from '@stoker/kube';
import { version } from './version.ts';

/** What of a command line says which cluster it means. */
export interface WantedCluster {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The cluster that is meant, and the namespace in it. Throws `KubeconfigInvalid` when the kubeconfig cannot be read. */
export async function openCluster(wanted: WantedCluster): Promise<{ client: KubeClient; namespace: string }> {
  const { access, namespace } = await readKubeconfig(wanted);
  return {
    client: openClient(access, { userAgent: `kubectl-stoker/${version}` }),
    namespace: wanted.namespace ?? namespace ?? 'default',
  };
}

/** Asking for the namespace reads the file: what is wrong with it is told here, and not as a failed request. */
async function readKubeconfig({ kubeconfig, context }: WantedCluster) {
  const access = load({ kubeconfig, context });
  try {
    return { access, namespace: await access.namespace() };
  } catch (cause) {
    const file = (kubeconfig ?? process.env['KUBECONFIG']) || '~/.kube/config';
    // A parser's message goes on with the lines around the fault.
    const [what] = describeError(cause).message.split('\n');
    const hint = 'correct it, or name another with --kubeconfig or KUBECONFIG';
    throw invalid(`the kubeconfig ${file} cannot be used: ${what}`, cause, hint);
  }
}

/** What it throws says already what to do. */
function load(wanted: WantedCluster): ClusterAccess {
  try {
    return loadKubeConfig(wanted);
  } catch (cause) {
    throw invalid(describeError(cause).message, cause);
  }
}

function invalid(message: string, cause: unknown, hint?: string): StokerError {
  return new StokerError(message, { reason: 'KubeconfigInvalid', class: 'stalled', hint, cause });
}
