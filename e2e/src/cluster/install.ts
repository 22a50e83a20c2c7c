import { imagePullPolicy } from './chooseCluster.ts';
import { helm } from './helm.ts';
import { imageReference, imageTag } from './images/definitions.ts';
import { kubectl } from './kubectl.ts';
import { deleteNamespace, ownershipLabel, refuseForeignNamespace } from './ownership.ts';

/** Where the commands and the tests install the chart. */
export const releaseNamespace = 'stoker-system';
export const releaseName = 'stoker';

/**
 * Installs or upgrades the chart with the images of this checkout and waits until its deployments are available.
 * `extraArgs` go to helm as they are. Throws where the namespace is somebody else's. Pods of an earlier install are replaced, since the images keep their names.
 */
export async function installChart(extraArgs: readonly string[] = []): Promise<void> {
  const images = ['controller', 'agent', 'injector'].flatMap((part) => {
    const repository = imageReference(`stoker-${part}`).slice(0, -`:${imageTag}`.length);
    return ['--set', `${part}.image.repository=${repository}`, '--set', `${part}.image.tag=${imageTag}`];
  });
  const inNamespace = ['--namespace', releaseNamespace];
  await refuseForeignNamespace(releaseNamespace);
  const before = await deploymentsOf(inNamespace);
  const chart = ['upgrade', '--install', releaseName, 'deploy/charts/stoker', ...inNamespace, '--create-namespace'];
  await helm([...chart, ...images, '--set', `image.pullPolicy=${imagePullPolicy()}`, '--timeout', '3m', ...extraArgs]);
  await kubectl(['label', 'namespace', releaseNamespace, `${ownershipLabel}=true`, '--overwrite']);
  for (const name of before) await kubectl(['rollout', 'restart', name, ...inNamespace]);
  for (const name of await deploymentsOf(inNamespace)) {
    await kubectl(['rollout', 'status', name, ...inNamespace, '--timeout=180s']);
  }
}

/** Uninstalls the chart and removes its namespace. Nothing happens when it is not installed. */
export async function uninstallChart(): Promise<void> {
  const inNamespace = ['--namespace', releaseNamespace];
  await refuseForeignNamespace(releaseNamespace);
  await helm(['uninstall', releaseName, ...inNamespace, '--ignore-not-found', '--wait', '--timeout', '2m']);
  await deleteNamespace(releaseNamespace);
}

async function deploymentsOf(inNamespace: readonly string[]): Promise<string[]> {
  const names = await kubectl(['get', 'deployments', ...inNamespace, '--output', 'name', '--ignore-not-found']);
  return names.split('\n').filter(Boolean);
}
