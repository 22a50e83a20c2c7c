import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { findTarballFaults } from './findTarballFaults.ts';

/** How the packages, ES modules for Node 22 and newer, are not resolved: `require` of an ES module needs no types of its own. */
const otherWays: readonly string[] = ['node10', 'node16-cjs'];

/** Checks each tarball as outsiders will meet it: its files, `publint`, `arethetypeswrong`. Throws with everything found. */
export async function checkTarballs(paths: readonly string[]): Promise<void> {
  const found: string[] = [];
  for (const path of paths) {
    const faults = await faultsOf(readFileSync(path));
    found.push(...faults.map((fault) => `${basename(path)}: ${fault}`));
  }
  if (found.length > 0) throw new Error(found.join('\n'));
  console.log(`checked ${paths.length} tarballs`);
}

async function faultsOf(tarball: Buffer): Promise<string[]> {
  const packed = createPackageFromTarballData(tarball);
  const prefix = `/node_modules/${packed.packageName}/`;
  const files = new Map(
    packed.listFiles(prefix).map((path) => [path.slice(prefix.length), packed.readFile(path)] as const),
  );
  return [...findTarballFaults(files), ...(await publintFaults(tarball)), ...(await typeFaults(packed))];
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
