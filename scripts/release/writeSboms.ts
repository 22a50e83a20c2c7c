import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { fileNameOf, readPlan, type Release } from './plan.ts';
import { readPackages } from './readPackages.ts';
import type { Place } from './steps.ts';

/** Where the bill of materials of a release is. */
export function sbomFile(folder: string, release: Pick<Release, 'name' | 'version'>): string {
  return join(folder, 'sbom', `${fileNameOf(release)}.cdx.json`);
}

/** Writes, from pnpm-lock.yaml, which packages at which versions each release runs with. Throws with what pnpm says. */
export async function writeSboms({ root, folder }: Place): Promise<void> {
  const packages = readPackages(root);
  mkdirSync(join(folder, 'sbom'), { recursive: true });
  for (const release of readPlan(folder)) {
    const file = sbomFile(folder, release);
    const type = packages.get(release.name)?.isLibrary ? 'library' : 'application';
    // 1.6 is the newest version that cosign and the usual readers know.
    const format = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', type];
    const args = ['sbom', ...format, '--prod', '--filter', release.name, '--out', file];
    await runProgram('pnpm', args, { cwd: root });
    console.log(file);
  }
}
