import { createHash } from 'node:crypto';
import { comparePaths } from '../paths/relativePath.ts';
import type { Source, SourceEntry } from '../types.ts';
import type { Tree } from './trees.ts';

/** What a source was asked for. */
export interface Counts {
  listings: number;
  blobs: number;
}

/** A tree as a source that knows its own id and its earlier ones, as a commit does; a path that ends in `*` is executable. */
export function memorySource(tree: Tree, earlier: readonly Tree[] = []): Source & { readonly counts: Counts } {
  const entries = entriesOf(tree);
  const contents = new Map(entries.map((entry) => [entry.blobId, contentOf(tree, entry)]));
  const counts = { listings: 0, blobs: 0 };
  return {
    counts,
    id: idOf(tree),
    blobHash: 'git-sha1',
    async *list(under) {
      counts.listings += 1;
      yield entries.filter(({ path }) =>
        under.some((folder) => folder === '.' || path === folder || path.startsWith(`${folder}/`)),
      );
    },
    async read(blobIds, sink) {
      for (const [index, blobId] of blobIds.entries()) {
        counts.blobs += 1;
        const content = Buffer.from(contents.get(blobId) ?? '');
        sink.begin(index, content.length);
        if (content.length > 1) sink.write(content.subarray(0, 1));
        sink.write(content.subarray(content.length > 1 ? 1 : 0));
        sink.end();
      }
    },
    async changesSince(id) {
      const before = earlier.find((candidate) => idOf(candidate) === id);
      if (before === undefined) return undefined;
      const old = new Map(entriesOf(before).map((entry) => [entry.path, entry]));
      const now = new Map(entries.map((entry) => [entry.path, entry]));
      return [...new Set([...old.keys(), ...now.keys()])]
        .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
        .map((path) => ({ path, after: now.get(path) }));
    },
  };
}

function entriesOf(tree: Tree): SourceEntry[] {
  return Object.entries(tree).map(([name, content]) => ({
    path: name.replace(/\*$/, ''),
    kind: 'file',
    executable: name.endsWith('*'),
    blobId: gitBlobId(content),
  }));
}

function contentOf(tree: Tree, { path, executable }: SourceEntry): string {
  return tree[executable ? `${path}*` : path] ?? '';
}

export function gitBlobId(content: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');
}

function idOf(tree: Tree): string {
  return createHash('sha1')
    .update(JSON.stringify(Object.entries(tree).toSorted(([left], [right]) => comparePaths(left, right))))
    .digest('hex');
}
