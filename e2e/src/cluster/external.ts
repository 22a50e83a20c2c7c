// Any cluster a kubeconfig points at. It is neither started nor ended here, and gets its images from a registry.
import type { Cluster } from './cluster.ts';
import { missingToPush, pushImages } from './images/pushImages.ts';
import { isReady, missingKubectl } from './runKubectl.ts';

const registry = {
  what: 'STOKER_REGISTRY',
  how: 'set it to a registry and folder that you can push to and the cluster can pull from, as in registry.example.com/stoker',
};

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
    missing: async () => [
      ...missingKubectl(),
      ...(env[registry.what] ? [] : [registry]),
      ...missingToPush().map((name) => ({ what: name, how: `start a Docker engine, or install ${name}` })),
    ],
    isUp: () => isReady(kubeconfig),
    up: async (report) => {
      if (!(await isReady(kubeconfig))) throw new Error(`the cluster of KUBECONFIG=${kubeconfig} does not answer`);
      await pushImages(report);
    },
    down: async () => undefined,
    loadImages: pushImages,
    stopComponent: notOurs,
    startComponent: notOurs,
    killContainer: notOurs,
  };
}
