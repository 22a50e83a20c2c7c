// npm run demo: the main job on real input, told as it happens.
import { parseArgs } from 'node:util';
import { ensureUp } from '../cluster/ensureUp.ts';
import { withProgress } from '../cluster/progress.ts';
import { runDemo } from './runDemo.ts';

const help = `npm run demo [-- OPTIONS]

  Starts a Kubernetes, installs Stoker from this checkout, creates three gateways, pushes a commit and shows it arrive
  in each. Leaves the cluster up with commands to try.

  --once           take everything down at the end; exit 0 only if everything was observed to be true
  --output json    print the facts as JSON, and nothing else, on standard output
  --help`;

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
  const cluster = await ensureUp();
  try {
    const facts = await runDemo((line) => console.error(line));
    if (values.output === 'json') console.log(JSON.stringify(facts, undefined, 2));
    if (!values.once) console.error(nextSteps);
    return 0;
  } catch (error) {
    console.error(`the demo failed: ${Error.isError(error) ? error.message : String(error)}`);
    return 1;
  } finally {
    if (values.once) await withProgress('ending the cluster', (report) => cluster.down(report));
  }
}

const nextSteps = `
The cluster stays up. Try:
  export KUBECONFIG=$(npm run -s cluster -- kubeconfig)
  kubectl -n plant get stokers,syncprofiles
  kubectl -n plant describe stokers plant
  kubectl -n plant logs site-0 -c stoker-agent
  kubectl -n plant patch stokers plant --type=merge -p '{"spec":{"paused":true}}'
  npm run cluster -- down`;

process.exitCode = await main();
