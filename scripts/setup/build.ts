import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageDefinitions } from '../../e2e/src/cluster/images/definitions.ts';
import type { Report } from '../../e2e/src/cluster/progress.ts';
import { checkout } from '../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { removeStaleOutputs } from './removeStaleOutputs.ts';

const stamp = join(checkout, 'node_modules/.stoker-built');
const sources = [
  '{packages,apps}/*/{package,tsconfig}.json',
  '{packages,apps}/*/src/**/*.ts',
  'e2e/src/git-server/*.ts',
  'tsconfig*.json',
  'pnpm-lock.yaml',
  'scripts/bundle.ts',
];

function hashOfSources(): string {
  const hash = createHash('sha256');
  const files = globSync(sources, { cwd: checkout, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Whether the programs are there and were built from the sources as they are. */
export function isBuilt(): boolean {
  const bundled = imageDefinitions.every(({ workspace }) => existsSync(join(checkout, workspace, 'bundle/main.js')));
  return bundled && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

/** Type-checks and compiles the packages, then bundles the programs. Throws with the compiler's errors. */
export async function build(report: Report): Promise<void> {
  const hash = hashOfSources();
  removeStaleOutputs(checkout);
  report('tsc');
  await runProgram('pnpm', ['exec', 'tsc', '-b'], { cwd: checkout });
  report('esbuild');
  await runProgram(process.execPath, ['scripts/bundle.ts'], { cwd: checkout });
  writeFileSync(stamp, hash);
}
