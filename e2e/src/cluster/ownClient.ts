import { type KubeClient, loadKubeConfig, openClient } from '@stoker/kube';
import { pastProxies } from './addresses.ts';
import { chooseCluster } from './chooseCluster.ts';

let client: KubeClient | undefined;

/**
 * A client of the chosen cluster within this process, for what is asked again and again: each start of the kubectl here, one of
 * many programs in one file, takes a fifth of a second of a core.
 */
export function ownClient(): KubeClient {
  if (client) return client;
  // It reads both from the environment, as kubectl does.
  Object.assign(process.env, pastProxies(), { KUBECONFIG: chooseCluster().kubeconfig });
  client = openClient(loadKubeConfig());
  return client;
}
