// node scripts/lint/layering.ts: one line for every import or dependency that breaks the layers, exit code 1 when there is one.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaces } from '../workspaces.ts';
import { findLayerFaults } from './findLayerFaults.ts';
import { forTests, layers, restricted } from './layers.ts';

const root = join(import.meta.dirname, '../..');

function watched(dependencies: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(dependencies).filter((name) => name.startsWith('@stoker/') || name in restricted);
}

const packages = workspaces().map(({ folder, manifest }) => {
  const paths = globSync([`${folder}/src/**/*.ts`, `${folder}/tests/**/*.ts`], { cwd: root });
  return {
    folder,
    name: manifest.name,
    dependencies: watched(manifest.dependencies),
    devDependencies: watched(manifest.devDependencies),
    faces: Object.keys(manifest.exports ?? {}),
    files: new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])),
  };
});

const faults = findLayerFaults(packages, { layers, forTests, restricted });
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
