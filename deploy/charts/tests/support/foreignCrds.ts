// The definitions of the custom resources of others that the chart can install, out of the Go modules that publish them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../../e2e/src/cluster/paths.ts';
import { refuseWhereSetupIsOff } from '../../../../e2e/src/cluster/refuseWhereSetupIsOff.ts';
import { runProgram } from '../../../../e2e/src/cluster/runProgram.ts';

interface GoModule {
  readonly module: string;
  /** As it would stand in a go.sum. */
  readonly sum: string;
  readonly files: readonly string[];
}

const modules: readonly GoModule[] = [
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    files: ['podmonitors', 'prometheusrules', 'servicemonitors'].map(
      (plural) => `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`,
    ),
  },
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    files: ['certificates', 'issuers'].map((plural) => `deploy/crds/cert-manager.io_${plural}.yaml`),
  },
];

/**
 * They as YAML, fetched with Go the first time (8 MB) and kept in the cache. Throws where nothing may be installed, and
 * when a module is not what it was when it was chosen.
 */
export async function foreignCrds(): Promise<string> {
  const folder = join(cacheFolder, 'crds');
  const kept = join(folder, `${createHash('sha256').update(JSON.stringify(modules)).digest('hex').slice(0, 16)}.yaml`);
  if (!existsSync(kept)) {
    refuseWhereSetupIsOff("the CRDs of cert-manager and of Prometheus' operator");
    mkdirSync(folder, { recursive: true });
    const draft = mkdtempSync(`${kept}.`);
    try {
      const read = await Promise.all(modules.map((module) => filesOf(module, draft)));
      writeFileSync(join(draft, 'crds'), read.flat().join('\n---\n'));
      // Whole at once: tests of two files may fetch them at the same time.
      renameSync(join(draft, 'crds'), kept);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return readFileSync(kept, 'utf8');
}

async function filesOf({ module, sum, files }: GoModule, cwd: string): Promise<readonly string[]> {
  const { Dir, Sum } = JSON.parse(await runProgram('go', ['mod', 'download', '-json', module], { cwd }));
  if (Sum !== sum) throw new Error(`${module} should have the checksum ${sum} and has ${Sum}`);
  return files.map((file) => readFileSync(join(Dir, file), 'utf8'));
}
