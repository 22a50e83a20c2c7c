// npm run demo: the main job on real input, told as it happens.
import { parseArgs } from 'node:util';
import { ensureUp } from '../cluster/ensureUp.ts';
import { withProgress } from '../cluster/progress.ts';
import type { Cluster, ClusterKind } from '../cluster/cluster.ts';
import { demoNamespace, refuseIfOthersWouldSuffer, removeDemo, runDemo } from './runDemo.ts';

const help = `npm run demo [-- OPTIONS]

  Starts a Kubernetes, installs Stoker from this checkout, creates three gateways, pushes a commit and shows it arrive
  in each. Leaves the cluster up with commands to try. On a cluster in KUBECONFIG it refuses to touch a namespace that
  was there before.

  --once           take everything down at the end (of a cluster in KUBECONFIG: what was installed); exit 0 only if
                   everything was observed to be true
  --output json    print the facts as JSON, and nothing else, on standard output
  --help`;

const startedAtMs = performance.now();

async function main(): Promise<number> {
  let values;
  try {
    const options = {
      once: { type: 'boolean' },
      output: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    ({ values } = parseArgs({ options }));
    if (values.output !== undefined && values.output !== 'json' && values.output !== 'text')
      throw new Error('--output is json or text');
  } catch (error) {
    console.error(`${Error.isError(error) ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (values.help) return console.log(help) ?? 0;
  try {
    const cluster = await ensureUp();
    await refuseIfOthersWouldSuffer();
    const facts = await tellThenLeave(cluster, values.once ?? false);
    if (values.output === 'json') console.log(JSON.stringify(facts, undefined, 2));
    if (!values.once) console.error(nextSteps(cluster.kind));
    return 0;
  } catch (error) {
    console.error(`the demo failed: ${Error.isError(error) ? error.message : String(error)}`);
    return 1;
  }
}

/** Runs the demo and, with `once`, takes down what it made, however it went. */
async function tellThenLeave(cluster: Cluster, once: boolean) {
  try {
    return await runDemo((line) => console.error(line), startedAtMs);
  } finally {
    if (once && cluster.kind === 'external') await withProgress('removing the demo', removeDemo, 20_000);
    else if (once) await withProgress('ending the cluster', (report) => cluster.down(report), 5_000);
  }
}

function nextSteps(kind: ClusterKind): string {
  const inDemo = `kubectl -n ${demoNamespace}`;
  return `
The cluster stays up. Try:
  export KUBECONFIG=$(npm run -s cluster -- kubeconfig)
  ${inDemo} get stokers,syncprofiles
  ${inDemo} describe stokers plant
  ${inDemo} logs site-0 -c stoker-agent
  ${inDemo} patch stokers plant --type=merge -p '{"spec":{"paused":true}}'
  ${kind === 'external' ? 'npm run demo -- --once   # runs it again, then removes it' : 'npm run cluster -- down'}`;
}

process.exitCode = await main();
