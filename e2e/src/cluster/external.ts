// Any cluster a kubeconfig points at. It is neither started nor ended here, and gets its images from a registry.
import type { Cluster } from './cluster.ts';
import { dockerBuild } from './images/dockerBuild.ts';
import { isReady } from './runKubectl.ts';
import { runProgram } from './runProgram.ts';

/** The cluster of KUBECONFIG. Throws when that is not set. */
export function externalCluster(env: NodeJS.ProcessEnv): Cluster {
  const kubeconfig = env['KUBECONFIG'];
  if (!kubeconfig) throw new Error('STOKER_CLUSTER is "external" but KUBECONFIG is not set');
  const notOurs = async (): Promise<never> => {
    throw new Error('the nodes of a cluster in KUBECONFIG are not ours to break; use a local cluster or kind');
  };
  return {
    kind: 'external',
    kubeconfig,
    missing: async () =>
      env['STOKER_REGISTRY']
        ? []
        : [
            {
              what: 'STOKER_REGISTRY',
              how: 'set it to a registry and folder that you can push to and the cluster can pull from',
            },
          ],
    isUp: () => isReady(kubeconfig),
    up: async (report) => {
      if (!(await isReady(kubeconfig))) throw new Error(`the cluster of KUBECONFIG=${kubeconfig} does not answer`);
      await loadImages(report);
    },
    down: async () => undefined,
    loadImages,
    hostAddress: async () => {
      const address = env['STOKER_HOST_ADDRESS'];
      if (!address) throw new Error('set STOKER_HOST_ADDRESS to the address at which pods reach this machine');
      return address;
    },
    stopComponent: notOurs,
    startComponent: notOurs,
    killContainer: notOurs,
  };
}

async function loadImages(report: (detail: string) => void): Promise<void> {
  for (const reference of await dockerBuild(report)) {
    report(`pushing ${reference}`);
    await runProgram('docker', ['push', reference]);
  }
}
