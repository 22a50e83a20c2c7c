import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ClusterAccess } from './access.ts';
import { inClusterAccess, isInCluster } from './inCluster.ts';
import { kubeconfigAccess } from './kubeconfigFile.ts';

export interface KubeConfigOptions {
  /** Path of a kubeconfig. Without it: `KUBECONFIG`, then the pod's service account, then `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Another context than the file's current one. */
  readonly context?: string | undefined;
}

/**
 * How to reach the cluster. Throws at once when there is nothing to read; what is inside is read, and its faults
 * reported, at the first request.
 */
export function loadKubeConfig(options: KubeConfigOptions = {}): ClusterAccess {
  const { kubeconfig, context } = options;
  const fromEnvironment = process.env['KUBECONFIG'] || undefined;
  if (kubeconfig === undefined && fromEnvironment === undefined && isInCluster()) return inClusterAccess();
  const files = kubeconfig === undefined ? defaultFiles(fromEnvironment) : [kubeconfig];
  for (const file of files) checkReadable(file);
  return kubeconfigAccess(files, context);
}

/** Of several in `KUBECONFIG` kubectl leaves out those that are not there. */
function defaultFiles(fromEnvironment: string | undefined): readonly string[] {
  if (fromEnvironment === undefined) return [join(homedir(), '.kube', 'config')];
  const named = fromEnvironment.split(delimiter).filter(Boolean);
  const found = named.filter((file) => existsSync(file));
  return found.length > 0 ? found : named;
}

function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new Error(`the kubeconfig ${file} cannot be read; set KUBECONFIG or name another file`, { cause });
  }
}
