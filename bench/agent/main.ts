// npm run bench -- agent: how soon an agent takes up a release.
import { createPlant } from '../../apps/agent/src/sidecar/testing/plant.ts';
import { startApiServer } from '../../e2e/src/api-server/apiServer.ts';
import { markdownTable } from '../markdownTable.ts';
import { percentile } from '../percentile.ts';
import { readOptions } from '../readOptions.ts';
import { measureReleases } from './measureReleases.ts';

const help = `npm run bench -- agent [OPTIONS]

  Measures the time from writing a release to the first request of the agent's fetch, beside that to a bare watch, against a
  kube-apiserver and a git server of its own. Needs the Kubernetes binary of npm run setup.

  --releases N       one after another (default 300)
  --output json      everything that was measured, and nothing else, on standard output
  --help`;

const { counts, isJson } = readOptions(help, { releases: 300 });

const server = await startApiServer();
process.env['KUBECONFIG'] = server.kubeconfig;
const plant = await createPlant();
try {
  await plant.pod.createReports();
  plant.pod.start(plant.kubeconfig);
  const first = await plant.repository.commit({ 'projects/a/view.json': '{}' });
  await plant.pod.publish(plant.metadata(first));
  await plant.synced(first);
  const times = await measureReleases(plant, counts.releases, (line) => console.error(line));
  const show = (ms: number) => `${ms.toFixed(0)} ms`;
  const row = (figure: string, list: readonly number[]) => [
    figure,
    show(percentile(list, 50)),
    show(percentile(list, 99)),
    (percentile(list, 50) / percentile(times.watchMs, 50)).toFixed(1),
  ];
  const rows = [
    row('a bare watch hears of it', times.watchMs),
    row('the agent asks the git server', times.fetchMs),
    row('the folder is equal, and the report says so', times.syncedMs),
  ];
  const table = markdownTable(['from a release on, until', 'p50', 'p99', 'medians, to the watch'], rows);
  console.log(isJson ? JSON.stringify(times) : table);
} finally {
  await plant.close();
  await server.close();
}
