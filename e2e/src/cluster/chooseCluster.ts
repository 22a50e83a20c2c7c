import type { Cluster, ClusterKind } from './cluster.ts';
import { dockerAnswers } from './dockerEngine.ts';
import { externalCluster } from './external.ts';
import { kindCluster } from './kind.ts';
import { localCluster } from './local.ts';

const clusters: Record<ClusterKind, (env: NodeJS.ProcessEnv) => Cluster> = {
  local: () => localCluster,
  kind: () => kindCluster,
  external: externalCluster,
};

/** How pods get the images of this checkout: they are on the nodes already, unless the cluster pulls them from a registry. */
export function imagePullPolicy(): 'Always' | 'Never' {
  return chooseCluster().kind === 'external' ? 'Always' : 'Never';
}

/**
 * The cluster to work with: what STOKER_CLUSTER says; else the one KUBECONFIG points at; else kind where a Docker engine
 * answers; else one made of plain processes on this machine. Throws on an unknown STOKER_CLUSTER.
 */
export function chooseCluster(env: NodeJS.ProcessEnv = process.env): Cluster {
  const named = env['STOKER_CLUSTER'];
  if (named) {
    const found = Object.entries(clusters).find(([kind]) => kind === named);
    if (!found) throw new Error(`STOKER_CLUSTER is "${named}"; it can be ${Object.keys(clusters).join(', ')}`);
    return found[1](env);
  }
  const kubeconfig = env['KUBECONFIG'];
  if (kubeconfig) {
    return [localCluster, kindCluster].find((cluster) => cluster.kubeconfig === kubeconfig) ?? externalCluster(env);
  }
  return dockerAnswers() ? kindCluster : localCluster;
}
