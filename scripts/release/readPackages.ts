import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Package {
  /** Relative to the checkout. */
  readonly folder: string;
  readonly version: string;
  /** Never published to a registry of packages. */
  readonly private: boolean;
  /** Has something to import; a program has not. */
  readonly isLibrary: boolean;
}

/** The packages and programs of a checkout by their name. */
export function readPackages(root: string): ReadonlyMap<string, Package> {
  const paths = globSync('{packages,apps}/*/package.json', { cwd: root }).toSorted();
  return new Map(
    paths.map((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8'));
      const { name, version, private: isPrivate = false, exports } = manifest;
      return [name, { folder: dirname(path), version, private: isPrivate, isLibrary: exports !== undefined }];
    }),
  );
}
