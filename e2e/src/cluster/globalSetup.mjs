// Gives the e2e tier its cluster, the one that is up or one for this run alone, with the chart and images of this checkout.
import { chooseCluster } from './chooseCluster.ts';
import { installStoker } from '../plant/installPlant.ts';
import { ensureUp } from './ensureUp.ts';

/** Whether `globalTeardown.mjs` has a cluster to end. */
export const started = { byThisRun: false };

export default async function globalSetup() {
  started.byThisRun = !(await chooseCluster().isUp());
  const cluster = await ensureUp();
  process.env.KUBECONFIG = cluster.kubeconfig;
  await installStoker();
}
