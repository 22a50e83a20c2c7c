import { isRecord } from './checkResource.ts';
import type { Problem } from './problem.ts';
import type { Tree } from './readTree.ts';

const collectionsFolder = 'config/resources';
/** Below a mode, in the order in which they are looked up; `local` is this host's own and inherits from nobody. */
const sharedCollections = ['system', 'external', 'core', 'local'];

/** What is wrong with the collections as a whole: every one of these stops a start-up. */
export function checkCollections({ hashes, documents }: Pick<Tree, 'hashes' | 'documents'>): Problem[] {
  const singletons = singletonsByCollection(hashes);
  const problems: Problem[] = [];
  for (const collection of collectionsOf(hashes)) {
    const path = `${collectionsFolder}/${collection}/config-mode.json`;
    const parent = parentOf(documents.get(path));
    if (parent === undefined) {
      const message = `collection ${collection} has files and no usable config-mode.json`;
      problems.push({ kind: 'ConfigModeMissing', path, message });
    }
    if (sharedCollections.includes(collection)) continue;
    const inherited = inheritedSingletons(parent || 'core', singletons, documents);
    for (const singleton of singletons.get(collection) ?? []) {
      if (inherited.has(singleton)) continue;
      const message = `singleton ${singleton} exists only in mode ${collection}`;
      problems.push({
        kind: 'SingletonOnlyInMode',
        path: `${collectionsFolder}/${collection}/${singleton}/resource.json`,
        message,
      });
    }
  }
  return problems;
}

/** `''` for a collection with no parent, undefined for no usable document. */
function parentOf(document: unknown): string | undefined {
  if (!isRecord(document)) return undefined;
  const { parent } = document;
  return typeof parent === 'string' ? parent : '';
}

function collectionsOf(hashes: ReadonlyMap<string, string>): Set<string> {
  const names = [...hashes.keys()].map((path) => /^config\/resources\/([^/]+)\/./.exec(path)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

/** A singleton is a resource with no name of its own: `<module>/<type>/resource.json`. */
function singletonsByCollection(hashes: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of hashes.keys()) {
    const [, collection, singleton] = /^config\/resources\/([^/]+)\/([^/]+\/[^/]+)\/resource\.json$/.exec(path) ?? [];
    if (collection === undefined || singleton === undefined) continue;
    const singletons = found.get(collection) ?? new Set();
    found.set(collection, singletons.add(singleton.toLowerCase()));
  }
  return found;
}

function inheritedSingletons(
  from: string,
  singletons: ReadonlyMap<string, ReadonlySet<string>>,
  documents: ReadonlyMap<string, unknown>,
): Set<string> {
  const inherited = new Set<string>();
  const visited = new Set<string>();
  for (let collection = from; collection !== '' && !visited.has(collection);) {
    visited.add(collection);
    for (const singleton of singletons.get(collection) ?? []) inherited.add(singleton);
    collection = parentOf(documents.get(`${collectionsFolder}/${collection}/config-mode.json`)) ?? '';
  }
  return inherited;
}
