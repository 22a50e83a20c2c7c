import { posix } from 'node:path';

/** The files of a tarball by their path in it. */
export type TarballFiles = ReadonlyMap<string, string>;

type Exports = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What would break, mislead or burden somebody who installs this package: a sentence for each fault. Exports lead only to
 * files that are there, and never to sources; a program that is no library, too, is one that can be started and brings nothing
 * along; no dependency needs our workspace; no tests; every source map finds its source, so that nothing is left of a module
 * that is gone.
 */
export function findTarballFaults(files: TarballFiles): string[] {
  const manifest = JSON.parse(files.get('package.json') ?? '{}');
  return [
    ...missingFiles(files),
    ...(isProgram(manifest) ? programFaults(manifest, files) : exportFaults(manifest.exports ?? {}, files)),
    ...dependencyFaults(manifest),
    ...[...files.keys()].filter(isTest).map((path) => `${path} is a test`),
    ...mapFaults(files),
  ];
}

/** A package that is there to be run, and has nothing to import. */
export function isProgram({ bin, exports }: { readonly bin?: unknown; readonly exports?: unknown }): boolean {
  return bin !== undefined && exports === undefined;
}

function missingFiles(files: TarballFiles): string[] {
  return ['LICENSE', 'README.md', 'package.json']
    .filter((path) => !files.has(path))
    .map((path) => `${path} is missing`);
}

function exportFaults(exports: Exports, files: TarballFiles): string[] {
  const targets = Object.entries(exports).flatMap(([entry, conditions]) =>
    Object.entries(conditions).map(([condition, target]) => ({ entry, condition, path: posix.normalize(target) })),
  );
  if (targets.length === 0) return ['it exports nothing'];
  return targets.flatMap(({ entry, condition, path }) => {
    if (condition.startsWith('@stoker/')) return [`exports "${entry}" under our own condition ${condition}`];
    return files.has(path) ? [] : [`exports "${entry}" leads to ${path}, which is not in it`];
  });
}

function programFaults(
  { bin, dependencies = {} }: { readonly bin: Readonly<Record<string, string>>; readonly dependencies?: object },
  files: TarballFiles,
): string[] {
  const faults = Object.entries(bin).flatMap(([name, path]) => {
    const text = files.get(posix.normalize(path));
    if (text === undefined) return [`bin "${name}" leads to ${path}, which is not in it`];
    return text.startsWith('#!/usr/bin/env node\n') ? [] : [`${path} does not begin with #!/usr/bin/env node`];
  });
  return [...faults, ...Object.keys(dependencies).map((name) => `it depends on ${name}, which belongs in its bundle`)];
}

function dependencyFaults(manifest: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>): string[] {
  return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .filter(([, range]) => /^(workspace|catalog|link|file):/.test(range))
      .map(([name, range]) => `${kind} has ${name} as ${range}`),
  );
}

/** A package's `testing` entry is for its users' tests, and no test. */
function isTest(path: string): boolean {
  return /\.test\.|\.test-d\.|(^|\/)(testdata|__\w+__)\//.test(path);
}

function mapFaults(files: TarballFiles): string[] {
  return [...files].flatMap(([path, content]) => {
    if (!path.endsWith('.map')) return [];
    const { sources }: { sources: readonly string[] } = JSON.parse(content);
    return sources
      .map((source) => posix.join(posix.dirname(path), source))
      .filter((source) => !files.has(source))
      .map((source) => `${path} is made from ${source}, which is not in it`);
  });
}
