// Holds manifests and imports against the layers. Pure: files come in as text.
import { join, relative } from 'node:path/posix';

export interface PackageSources {
  readonly folder: string;
  readonly name: string;
  /** Of its dependencies those of this workspace, and those that only some may have. */
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** The keys of `exports`, such as `.` and `./express`. */
  readonly faces: readonly string[];
  /** Path from the root of the checkout, and text. */
  readonly files: ReadonlyMap<string, string>;
}

/** By package, what it may import; and what its tests may import besides. */
export interface Layers {
  readonly layers: Readonly<Record<string, readonly string[]>>;
  readonly forTests: readonly string[];
  /** By a package from elsewhere, who may import it. */
  readonly restricted: Readonly<Record<string, readonly string[]>>;
}

const testPattern = /\.test\.ts$|\/testing\//;
const importPattern =
  /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;

/** One sentence for each package that declares or imports what its layer must not know. */
export function findLayerFaults(
  packages: readonly PackageSources[],
  { layers, forTests, restricted }: Layers,
): string[] {
  const permitted = (name: string) => Object.keys(restricted).filter((target) => restricted[target]?.includes(name));
  const faces = new Map(packages.map((found) => [found.name, found.faces]));
  return packages.flatMap((found) => {
    const below = layers[found.name];
    if (!below) return [`${found.folder}: ${found.name} is in no layer; add it to scripts/lint/layers.ts`];
    const allowed = [...below, ...permitted(found.name)];
    const allowedInTests = [...allowed, ...forTests];
    const declared = [
      ...found.dependencies.filter((name) => !allowed.includes(name)),
      ...found.devDependencies.filter((name) => !allowedInTests.includes(name)),
    ].map((name) => `${found.folder}/package.json: ${found.name} must not depend on ${name}`);
    const imported = [...found.files].flatMap(([path, text]) =>
      faultsOfFile({
        path,
        text,
        found,
        faces,
        restricted,
        allowed: testPattern.test(path) ? allowedInTests : allowed,
      }),
    );
    return [...declared, ...imported];
  });
}

function faultsOfFile(options: {
  readonly path: string;
  readonly text: string;
  readonly found: PackageSources;
  readonly allowed: readonly string[];
  readonly faces: ReadonlyMap<string, readonly string[]>;
  readonly restricted: Layers['restricted'];
}): string[] {
  const { path, text, found, allowed, faces, restricted } = options;
  const { folder, name } = found;
  return [...text.matchAll(importPattern)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    if (target.startsWith('.')) {
      const leaves = relative(folder, join(path, '..', target)).startsWith('..');
      return leaves ? [`${path}: imports ${target}, which lies outside its package`] : [];
    }
    const imported = target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/');
    const isOurs = imported.startsWith('@stoker/');
    if (!isOurs && !(imported in restricted)) return [];
    if (imported === name) return [`${path}: imports its own package; use a relative path`];
    if (!allowed.includes(imported)) return [`${path}: ${name} must not import ${imported}`];
    if (!isOurs) return [];
    const face = `.${target.slice(imported.length)}`;
    return faces.get(imported)?.includes(face) ? [] : [`${path}: ${target} is not a public face of ${imported}`];
  });
}
