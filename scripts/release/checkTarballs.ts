import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { findTarballFaults, isProgram } from './findTarballFaults.ts';
import type { Release } from './plan.ts';

/** How the packages, ES modules for Node 22 and newer, are not resolved: `require` of an ES module needs no types of its own. */
const otherWays: readonly string[] = ['node10', 'node16-cjs'];

/**
 * Checks the tarball of each release as outsiders will meet it: its files, `publint`, `arethetypeswrong`, and that it is this
 * version, for a program is bundled with its own. Throws with everything found.
 */
export async function checkTarballs(releases: readonly Release[]): Promise<void> {
  const found: string[] = [];
  let checked = 0;
  for (const { tarball, version } of releases) {
    if (tarball === undefined) continue;
    const faults = await faultsOf(readFileSync(tarball), version);
    found.push(...faults.map((fault) => `${basename(tarball)}: ${fault}`));
    checked += 1;
  }
  if (found.length > 0) throw new Error(found.join('\n'));
  console.log(`checked ${checked} tarballs`);
}

async function faultsOf(tarball: Buffer, version: string): Promise<string[]> {
  const packed = createPackageFromTarballData(tarball);
  const prefix = `/node_modules/${packed.packageName}/`;
  const files = new Map(
    packed.listFiles(prefix).map((path) => [path.slice(prefix.length), packed.readFile(path)] as const),
  );
  const stale = `it says that it is ${packed.packageVersion}: npm run build makes what is packed of a program`;
  return [
    ...(packed.packageVersion === version ? [] : [stale]),
    ...findTarballFaults(files),
    ...(await publintFaults(tarball)),
    ...(isProgram(JSON.parse(files.get('package.json') ?? '{}')) ? [] : await typeFaults(packed)),
  ];
}

async function publintFaults(tarball: Buffer): Promise<string[]> {
  const bytes = new Uint8Array(tarball).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

async function typeFaults(packed: ReturnType<typeof createPackageFromTarballData>): Promise<string[]> {
  const result = await checkPackage(packed);
  if (!result.types) return ['arethetypeswrong: it has no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && otherWays.includes(problem.resolutionKind)))
    .map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`);
}
