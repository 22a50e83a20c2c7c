// npm run cluster -- COMMAND: the cluster that tests and the demo use, for everyday use and scripts.
import { parseArgs } from 'node:util';
import { chooseCluster } from './chooseCluster.ts';
import { clusterStatus, statusLines } from './status.ts';
import { ensureUp, refuseIfMissing } from './ensureUp.ts';
import { installChart } from './install.ts';
import { underLock } from './underLock.ts';
import { withProgress } from './progress.ts';

const help = `npm run cluster -- COMMAND [OPTIONS]

  up             start the cluster with the images of this checkout; nothing happens when it is up
  down           end it and remove its data
  status         what it is and what runs in it; --output json for scripts
  kubeconfig     print the path of its kubeconfig
  load-images    build the images again and give them to the running cluster
  install        install the Helm chart with these images; what follows -- goes to helm

Which cluster: kind where a Docker engine answers, else plain processes on this machine (Linux, root), or the one in
KUBECONFIG. STOKER_CLUSTER=local|kind|external chooses.

  KUBECONFIG=$(npm run -s cluster -- kubeconfig) kubectl get pods --all-namespaces
  npm run cluster -- install -- --set injector.onUnresolvable=admit`;

const commands: Record<string, (output: string | undefined, rest: readonly string[]) => Promise<void>> = {
  up: async () => void (await ensureUp()),
  down: () => underLock('cluster', () => withProgress('ending the cluster', (report) => chooseCluster().down(report))),
  status: async (output) => {
    const status = await clusterStatus();
    console.log(output === 'json' ? JSON.stringify(status, undefined, 2) : statusLines(status));
    if (!status.up) process.exitCode = 1;
  },
  kubeconfig: async () => console.log(chooseCluster().kubeconfig),
  'load-images': () =>
    underLock('cluster', async () => {
      const cluster = chooseCluster();
      await refuseIfDown();
      await withProgress('loading images', (report) => cluster.loadImages(report));
    }),
  install: (_output, rest) =>
    underLock('cluster', async () => {
      await refuseIfDown();
      await withProgress('loading images', (report) => chooseCluster().loadImages(report));
      await withProgress('installing the chart', () => installChart(rest));
    }),
};

async function refuseIfDown(): Promise<void> {
  const cluster = chooseCluster();
  await refuseIfMissing(cluster);
  if (!(await cluster.isUp())) throw new Error('no cluster is up; start one with: npm run cluster -- up');
}

const options = { help: { type: 'boolean', short: 'h' }, output: { type: 'string' } } as const;

async function main(): Promise<number | undefined> {
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true, tokens: true });
  } catch (error) {
    console.error(`${Error.isError(error) ? error.message : error}\n\n${help}`);
    return 2;
  }
  const [name, ...rest] = parsed.positionals;
  if (parsed.values.help) return void console.log(help);
  const command = name === undefined ? undefined : commands[name];
  const { output } = parsed.values;
  const badOutput = output !== undefined && output !== 'json' && output !== 'text';
  if (!command || badOutput || (rest.length > 0 && name !== 'install')) {
    console.error(help);
    return 2;
  }
  try {
    await command(output, rest);
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error);
    return 1;
  }
}

process.exitCode = (await main()) ?? process.exitCode;
