// npm test: each tier in a jest of its own, what needs no cluster beside what does, then one line with the sum.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { help, readTestArguments, type TestPlan, type Tier } from './test/testArguments.ts';
import { chooseCluster } from '../e2e/src/cluster/chooseCluster.ts';
import { type Part, phasesOf } from './test/lanes.ts';
import { leaveOutArguments, leftOut } from './test/leftOut.ts';
import { workspaces } from './workspaces.ts';

const root = join(import.meta.dirname, '..');
const node = [process.execPath, '--conditions=@stoker/source', '--disable-warning=ExperimentalWarning'];

/** Tests against an API server wait for leases and watches, and those on a cluster share it: one file at a time. */
const workers: Record<Part['project'], number> = { unit: 2, api: 1, e2e: 1, 'e2e-no-cluster': 1 };

/** What tests start hundreds of times is stripped of its types and compiled once. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') };

/** What runs beside the cluster gives way to it. */
const besideCluster = ['nice', '-n', '10'];

/** The steps of set-up that a tier needs; the e2e tier needs all. */
const setup: Record<Tier, readonly string[]> = {
  unit: ['--only', 'helm'],
  api: ['--only', 'helm', '--only', 'kube'],
  e2e: [],
};

interface Count {
  passed: number;
  failed: number;
}

async function isSetUp(tier: Tier, plan: TestPlan): Promise<boolean> {
  // Helm is for the chart alone, which is no package: the inner loop of one needs no Go.
  const needsSetup = tier !== 'unit' || plan.folders.length === 0;
  return !needsSetup || (await run([...node, join(root, 'scripts/setup.ts'), ...setup[tier]])) === 0;
}

async function runPart({ tier, project }: Part, plan: TestPlan): Promise<Count> {
  console.error(`\n── ${project} ──`);
  const folder = mkdtempSync(join(tmpdir(), 'stoker-test-'));
  const results = join(folder, 'results.json');
  try {
    const jest = [...node, '--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')];
    const flags = ['--selectProjects', project, '--maxWorkers', String(workers[project])];
    flags.push('--json', '--outputFile', results);
    if (plan.folders.length > 0 || tier === 'e2e') flags.push('--passWithNoTests');
    if (tier === 'e2e') flags.push(...leaveOutArguments(leftOut(chooseCluster().kind)));
    const manner = project === 'e2e-no-cluster' ? besideCluster : [];
    const folders = plan.folders.map((name) => `${name}/`);
    const code = await run([...manner, ...jest, ...flags, ...plan.jestArguments, ...folders]);
    return countOf(results, code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sayWhatIsLeftOut(): void {
  const { kind } = chooseCluster();
  for (const { suite, because } of leftOut(kind))
    console.error(`left out on a cluster of kind "${kind}": ${suite} (${because})`);
}

/** A file that could not be loaded, and a jest that ended badly without a failed test, count as one failure each. */
function countOf(results: string, code: number): Count {
  if (!existsSync(results)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const found = JSON.parse(readFileSync(results, 'utf8'));
  const failed: number = found.numFailedTests + found.numRuntimeErrorTestSuites;
  return { passed: found.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function run([file = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    // jest prints the JSON of its results nowhere but in its file, and all else on standard error.
    const child = spawn(file, args, { cwd: root, env, stdio: ['inherit', 'inherit', 'inherit'] });
    child.on('error', failed);
    child.on('exit', (code) => done(code ?? 1));
  });
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return console.log(help) ?? 0;
  let plan: TestPlan;
  try {
    plan = readTestArguments(args, new Map(workspaces().map(({ folder, manifest }) => [manifest.name, folder])));
  } catch (error) {
    console.error(`${Error.isError(error) ? error.message : error}\n\n${help}`);
    return 2;
  }
  const sum: Count = { passed: 0, failed: 0 };
  const ready: Tier[] = [];
  for (const tier of plan.tiers) {
    if (await isSetUp(tier, plan)) ready.push(tier);
    else sum.failed += 1;
  }
  if (ready.includes('e2e')) sayWhatIsLeftOut();
  for (const phase of phasesOf(ready)) {
    for (const { passed, failed } of await Promise.all(phase.map((part) => runPart(part, plan)))) {
      sum.passed += passed;
      sum.failed += failed;
    }
  }
  if (plan.folders.length === 0 && sum.passed + sum.failed === 0) {
    console.error('no test was found');
    sum.failed = 1;
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
