// npm test: one tier after the other, in the order of cost, then one line with the sum.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { help, readTestArguments, type TestPlan, type Tier } from './test/testArguments.ts';
import { chooseCluster } from '../e2e/src/cluster/chooseCluster.ts';
import { leaveOutArguments, leftOut } from './test/leftOut.ts';
import { workspaces } from './workspaces.ts';

const root = join(import.meta.dirname, '..');
const node = [process.execPath, '--conditions=@stoker/source', '--disable-warning=ExperimentalWarning'];

/** What a tier's jests, side by side, are told to run. */
const jests: Record<Tier, readonly (readonly string[])[]> = {
  unit: [['--selectProjects', 'unit', '--maxWorkers', '2']],
  // Each worker has a server of its own.
  api: [['--selectProjects', 'api', '--maxWorkers', '2']],
  // Pods take their time to start and to end, whatever else the machine does meanwhile.
  e2e: ['e2e', 'e2e-no-cluster'].map((project) => ['--selectProjects', project, '--maxWorkers', '1']),
};

/** What tests start hundreds of times is stripped of its types and compiled once. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') };

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

async function runTier(tier: Tier, plan: TestPlan): Promise<Count> {
  // Helm is for the chart alone, which is no package: the inner loop of one needs no Go.
  const needsSetup = tier !== 'unit' || plan.folders.length === 0;
  const setUp = [...node, join(root, 'scripts/setup.ts'), ...setup[tier]];
  if (needsSetup && (await run(setUp)) !== 0) return { passed: 0, failed: 1 };
  const leaveOut = tier === 'e2e' ? sayWhatIsLeftOut() : [];
  const counts = await Promise.all(jests[tier].map((flags) => runJest([...flags, ...leaveOut], plan)));
  const sum = sumOf(counts);
  if (plan.folders.length > 0 || sum.passed + sum.failed > 0) return sum;
  console.error(`no test of the ${tier} tier was found`);
  return { passed: 0, failed: 1 };
}

async function runJest(tierFlags: readonly string[], plan: TestPlan): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-test-'));
  const results = join(folder, 'results.json');
  try {
    const jest = [...node, '--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')];
    const flags = [...tierFlags, '--passWithNoTests', '--json', '--outputFile', results];
    const code = await run([...jest, ...flags, ...plan.jestArguments, ...plan.folders.map((name) => `${name}/`)]);
    return countOf(results, code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sumOf(counts: readonly Count[]): Count {
  const sum = { passed: 0, failed: 0 };
  for (const { passed, failed } of counts) {
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}

/** Says which suites the chosen cluster cannot run, and why, and answers what has jest leave them out. */
function sayWhatIsLeftOut(): readonly string[] {
  const { kind } = chooseCluster();
  const found = leftOut(kind);
  for (const { suite, because } of found)
    console.error(`left out on a cluster of kind "${kind}": ${suite} (${because})`);
  return leaveOutArguments(found);
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
  const counts: Count[] = [];
  for (const tier of plan.tiers) {
    console.error(`\n── ${tier} ──`);
    counts.push(await runTier(tier, plan));
  }
  const sum = sumOf(counts);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
