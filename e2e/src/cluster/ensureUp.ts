import { chooseCluster } from './chooseCluster.ts';
import type { Cluster } from './cluster.ts';
import { withProgress } from './progress.ts';
import { underLock } from './underLock.ts';

/** Throws with a line for everything this machine lacks for `cluster`, and how to get it. */
export async function refuseIfMissing(cluster: Cluster): Promise<void> {
  const missing = await cluster.missing();
  if (missing.length === 0) return;
  const lines = missing.map(({ what, how }) => `  ${what}: ${how}`);
  throw new Error(`a ${cluster.kind} cluster needs what is missing here:\n${lines.join('\n')}`);
}

/** Brings the chosen cluster up with the images of this checkout, or refreshes these images where it is up already. */
export async function ensureUp(): Promise<Cluster> {
  const cluster = chooseCluster();
  await refuseIfMissing(cluster);
  await underLock('cluster', async () => {
    if (await cluster.isUp()) await withProgress('loading images', (report) => cluster.loadImages(report), 8_000);
    else await withProgress('starting the cluster', (report) => cluster.up(report), 25_000);
  });
  return cluster;
}
