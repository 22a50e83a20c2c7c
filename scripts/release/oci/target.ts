// Where images and chart of a release go: the registry that STOKER_REGISTRY names, under the version of the programs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPlan } from '../plan.ts';
import type { Place } from '../steps.ts';

/** The images that people install; those of tests are never released. */
export const productImages = ['stoker-controller', 'stoker-agent', 'stoker-injector'] as const;

export interface Target {
  /** Host and folder, without a slash at the end: `registry.example.com/stoker`. */
  readonly registry: string;
  readonly version: string;
}

/** Undefined when the programs are not part of this release. Throws when STOKER_REGISTRY is not set. */
export function targetOf({ folder }: Place): Target | undefined {
  const registry = process.env['STOKER_REGISTRY'];
  if (!registry)
    throw new Error('set STOKER_REGISTRY to host and folder of the registry, like registry.example.com/stoker');
  const product = readPlan(folder).find(({ name }) => name === '@stoker/controller');
  if (!product) console.log('the programs are not part of this release');
  return product && { registry, version: product.version };
}

/** Notes the digest of something that was pushed, under a path of its own. */
export function noteDigest({ folder }: Place, path: string, reference: string): void {
  const file = join(folder, 'oci', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, reference);
  console.log(reference);
}

/** What was noted below a path, by the last part of its path; empty when nothing was. */
export function notedDigests({ folder }: Place, path: string): ReadonlyMap<string, string> {
  const home = join(folder, 'oci', path);
  const names = existsSync(home) ? readdirSync(home).toSorted() : [];
  return new Map(names.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}
