import { ancestorsOf, foldPath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { RenderedMapping } from './renderMappings.ts';

/** Two `file` mappings may not render to one path: neither is meant to win. Throws `PathConflict`. */
export function checkFileMappings(mappings: readonly RenderedMapping[]): void {
  const claimed = new Map<RelativePath, RenderedMapping>();
  for (const mapping of mappings) {
    if (mapping.type !== 'file') continue;
    const other = claimed.get(mapping.destination);
    if (other !== undefined) throw bothMapped(mapping.destination, other, mapping);
    claimed.set(mapping.destination, mapping);
  }
}

/** Two owners may not have one destination, whatever their sources hold. Throws `PathConflict`. */
export function checkOwners(mappings: readonly RenderedMapping[]): void {
  const claimed = new Map<RelativePath, RenderedMapping>();
  for (const mapping of mappings) {
    if (mapping.owner === undefined) continue;
    const other = claimed.get(mapping.destination);
    if (other !== undefined && other.owner !== mapping.owner) throw bothMapped(mapping.destination, other, mapping);
    claimed.set(mapping.destination, mapping);
  }
}

/** Two mappings that write one path, and may not. */
export function bothMapped(path: RelativePath, left: RenderedMapping, right: RenderedMapping): Error {
  return pathConflict(`${named(left)} and ${named(right)} are both mapped to ${quotePath(path)}`);
}

/** A path as a file, or as the folder of one, and who provides that file. */
interface Claim<Provider> {
  readonly path: RelativePath;
  readonly provider: Provider;
}

/** Two paths that cannot both be in one tree; of `file and folder`, the file is the first. */
interface Clash<Provider> {
  readonly kind: 'file and folder' | 'one name';
  readonly claims: readonly [Claim<Provider>, Claim<Provider>];
}

/**
 * No path may be a file for one mapping and a folder for another, and on a target that folds names (case, Unicode
 * composition) no two names of one folder may fold together. Undefined: all of them can be there together.
 */
export function findClash<Provider extends object>(
  files: ReadonlyMap<RelativePath, Provider>,
  targetFoldsNames: boolean,
): Clash<Provider> | undefined {
  const folders = new Map<RelativePath, Provider>();
  for (const [path, provider] of files) {
    for (const folder of ancestorsOf(path)) {
      if (folders.has(folder)) break;
      folders.set(folder, provider);
      const other = files.get(folder);
      if (other === undefined) continue;
      return {
        kind: 'file and folder',
        claims: [
          { path: folder, provider: other },
          { path, provider },
        ],
      };
    }
  }
  return targetFoldsNames ? findFolded([...folders, ...files]) : undefined;
}

function findFolded<Provider>(paths: readonly (readonly [RelativePath, Provider])[]): Clash<Provider> | undefined {
  const claimed = new Map<string, Claim<Provider>>();
  for (const [path, provider] of paths) {
    const folded = foldPath(path);
    const claim = { path, provider };
    const other = claimed.get(folded);
    if (other !== undefined && other.path !== path) return { kind: 'one name', claims: [other, claim] };
    claimed.set(folded, claim);
  }
  return undefined;
}

/** Throws `PathConflict` where two of the files cannot both be there. */
export function checkPaths(
  files: ReadonlyMap<RelativePath, { readonly mapping: RenderedMapping }>,
  targetFoldsNames: boolean,
): void {
  const clash = findClash(files, targetFoldsNames);
  if (clash === undefined) return;
  const [left, right] = clash.claims;
  const [first, second] = [quotePath(left.path), quotePath(right.path)];
  const [one, other] = [named(left.provider.mapping), named(right.provider.mapping)];
  throw pathConflict(
    clash.kind === 'one name'
      ? `${first} of ${one} and ${second} of ${other} are one name on the target's file system`
      : `${first} is a file for ${one} and a folder for ${other}, which has ${second}`,
  );
}

function named({ label, source }: RenderedMapping): string {
  return `${label}.source ${quotePath(source)}`;
}

function pathConflict(message: string): Error {
  return syncError('PathConflict', message, 'change the mappings so that each path has one origin');
}
