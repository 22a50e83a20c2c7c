// Gives the e2e tier its cluster: the one that is up, with the images of this checkout, or one for this run alone.
import { chooseCluster } from './chooseCluster.ts';
import { ensureUp } from './ensureUp.ts';

/** Whether `globalTeardown.mjs` has a cluster to end. */
export const started = { byThisRun: false };

export default async function globalSetup() {
  started.byThisRun = !(await chooseCluster().isUp());
  const cluster = await ensureUp();
  process.env.KUBECONFIG = cluster.kubeconfig;
}
