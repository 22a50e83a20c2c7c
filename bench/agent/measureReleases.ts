import { setTimeout } from 'node:timers/promises';
import { configMaps, startReflector } from '@stoker/kube';
import type { Plant } from '../../apps/agent/src/sidecar/testing/plant.ts';

/** From the moment before a release is written, in milliseconds. */
export interface ReleaseTimes {
  /** Until the agent's first request reaches the git server. */
  readonly fetchMs: readonly number[];
  /** Until a watch in this process, with nothing to do, has heard of the release: no agent can be sooner. */
  readonly watchMs: readonly number[];
  /** Until the folder equals the release, as the agent reports. */
  readonly syncedMs: readonly number[];
}

/** Gives a running agent one release after another, each a commit of its own, and waits for it in between. */
export async function measureReleases(
  plant: Plant,
  releases: number,
  say: (line: string) => void,
): Promise<ReleaseTimes> {
  const { client, namespace, repository, server } = plant;
  let heardAt = 0;
  const isHeard = () => heardAt !== 0;
  const watch = startReflector({
    client,
    type: configMaps,
    namespace,
    onDelta: ({ after }) => {
      if (after?.metadata.name.includes('-metadata-')) heardAt = performance.now();
    },
    onError: (error) => say(String(error)),
  });
  await watch.synced();
  const times = { fetchMs: [] as number[], watchMs: [] as number[], syncedMs: [] as number[] };
  for (let count = 0; count < releases; count += 1) {
    const commit = await repository.commit({ 'projects/a/view.json': JSON.stringify({ count }) });
    const asked = server.requests.length;
    // Past what the agent still does about the release before.
    await setTimeout(100);
    heardAt = 0;
    const startedAt = performance.now();
    await plant.pod.publish(plant.metadata(commit));
    while (server.requests.length === asked) await setTimeout(1);
    times.fetchMs.push(performance.now() - startedAt);
    while (!isHeard()) await setTimeout(1);
    times.watchMs.push(heardAt - startedAt);
    await plant.synced(commit);
    times.syncedMs.push(performance.now() - startedAt);
    if ((count + 1) % 50 === 0) say(`${count + 1} of ${releases} releases`);
  }
  await watch.stop();
  return times;
}
