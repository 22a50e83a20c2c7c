// What set-up makes after Node, pnpm and the packages are there. Each step knows whether it is needed here and done already.
import { existsSync } from 'node:fs';
import { chooseCluster } from '../../e2e/src/cluster/chooseCluster.ts';
import { missingDebianPackages } from '../../e2e/src/cluster/debianPackages.ts';
import { extractPackage, missingExtracts } from '../../e2e/src/cluster/extractedPrograms.ts';
import { goProgram } from '../../e2e/src/cluster/goPrograms.ts';
import { hasBases, makeBases } from '../../e2e/src/cluster/images/buildImages.ts';
import { kubeBinaryPath, kubeModule, kubeVersionFlags } from '../../e2e/src/cluster/kubeBinary.ts';
import type { Report } from '../../e2e/src/cluster/progress.ts';
import { hasProgram, runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { build, isBuilt } from './build.ts';
import { buildGoModule, installGoProgram } from '../../e2e/src/cluster/goTool.ts';

export interface Step {
  readonly name: 'debian' | 'kube' | 'helm' | 'kind' | 'build' | 'images';
  /** Shown while it runs. */
  readonly title: string;
  /** How long it took on two cores. */
  readonly expectedMs: number;
  /** False where this machine has no use for it. `asked`: a command wants this step by name. */
  isNeeded(asked: boolean): boolean;
  isDone(): boolean;
  run(report: Report): Promise<void>;
}

const minute = 60_000;
const local = () => chooseCluster().kind === 'local' && process.platform === 'linux';

export const steps: readonly Step[] = [
  {
    name: 'debian',
    title: 'installing Debian packages',
    expectedMs: 10_000,
    isNeeded: local,
    isDone: () => missingDebianPackages().length === 0 && missingExtracts().length === 0,
    run: installDebianPackages,
  },
  {
    name: 'kube',
    title: 'building Kubernetes',
    expectedMs: 8 * minute,
    // On another cluster it is only a kubectl; the tests against an API server ask for it.
    isNeeded: (asked) => process.platform === 'linux' && (asked || local() || !hasProgram('kubectl')),
    isDone: () => existsSync(kubeBinaryPath()),
    run: (report) => buildGoModule(kubeModule, kubeBinaryPath(), kubeVersionFlags(), report),
  },
  goStep('helm', 'building Helm', () => true),
  goStep('kind', 'building kind', () => chooseCluster().kind === 'kind'),
  {
    name: 'build',
    title: 'building packages and programs',
    expectedMs: 8_000,
    isNeeded: () => true,
    isDone: isBuilt,
    run: build,
  },
  {
    name: 'images',
    title: 'making the base of the images',
    expectedMs: 12_000,
    isNeeded: local,
    isDone: hasBases,
    run: makeBases,
  },
];

function goStep(name: 'helm' | 'kind', title: string, isNeeded: () => boolean): Step {
  const run = (report: Report) => installGoProgram(name, report);
  return { name, title, expectedMs: 2 * minute, isNeeded, isDone: () => goProgram(name) !== undefined, run };
}

async function installDebianPackages(report: Report): Promise<void> {
  const packages = missingDebianPackages();
  const wanted = [...packages, ...missingExtracts()];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `these Debian packages are missing, and only root on Debian can be helped here: ${wanted.join(', ')}. ` +
        'Install them, start a Docker engine (kind is used then), or set KUBECONFIG',
    );
  }
  report(wanted.join(' '));
  // RUNLEVEL=1: servers among them are for tests to start, not for the machine to run.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await runProgram('apt-get', ['update', '--quiet'], { env, onLine: report });
  const quiet = ['--yes', '--quiet', '--no-install-recommends'];
  if (packages.length > 0) await runProgram('apt-get', ['install', ...quiet, ...packages], { env, onLine: report });
  for (const name of missingExtracts()) {
    report(name);
    await extractPackage(name);
  }
}
