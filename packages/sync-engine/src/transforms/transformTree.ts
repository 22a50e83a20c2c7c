import { createHash } from 'node:crypto';
import type { DesiredFile, DesiredTree } from '../desired/desiredTree.ts';
import { startBlobHash } from '../disk/blobHash.ts';
import { joinPath, parentOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { ManifestEntry } from '../state/manifest.ts';
import { quotePath } from '../syncError.ts';
import type { Seal, Source } from '../types.ts';
import { madeContents } from './madeContents.ts';
import type { Origin } from './madeContents.ts';
import { knownOutcomes, sealId } from './knownOutcomes.ts';
import { hashBlobs, readBlobs } from './readBlobs.ts';

export interface TransformedTree {
  readonly tree: DesiredTree;
  /** Has the content of every file of the tree, by its id, but of those that it lacks. */
  readonly contents: Source;
  readonly lacks: (file: DesiredFile) => boolean;
}

export interface TransformRequest {
  readonly source: Source;
  readonly seal: Seal | undefined;
  readonly signal: AbortSignal | undefined;
  /** What was written by the same recipe from the same kind of ids: what it made of a blob it makes again. */
  readonly known: ReadonlyMap<RelativePath, ManifestEntry> | undefined;
}

/** What a transform made of a file. */
interface Outcome {
  readonly content: Uint8Array;
  readonly origin: Origin;
}

/**
 * Carries out the transforms of a listed tree: each file gets the id of the content that is to go live. The content
 * itself is made again when it is written, so that a tree of any size needs little memory. What is known is not read.
 * Throws `TransformFailed`.
 */
export async function transformTree(tree: DesiredTree, request: TransformRequest): Promise<TransformedTree> {
  const { source, seal, signal } = request;
  const transformed = [...tree.files.values()].filter(({ transform }) => transform !== undefined);
  if (transformed.length === 0) return { tree, contents: source, lacks: ({ transformId = '' }) => transformId !== '' };

  const known = knownOutcomes(tree.files, request);
  const pending = transformed.filter(({ path }) => !known.has(path));
  const files = new Map<RelativePath, DesiredFile>(tree.files);
  const made = new Map<string, Origin>();
  const hashes = new Map<RelativePath, string>();
  const changed = new Set<RelativePath>();
  const settle = (file: DesiredFile, { content, origin }: Outcome, transformId: string): void => {
    const blobId = startBlobHash(source.blobHash, content.length).update(content).digest('hex');
    const isMade = blobId !== origin.blobId;
    const { path, executable } = file;
    files.set(path, { path, executable, blobId, transformId, ...(isMade && { originId: origin.blobId }) });
    if (isMade) made.set(blobId, origin);
  };
  const sealedBefore = new Set<string>();
  for (const [path, { blobId, transformId, originId }] of known) {
    const { transform, executable = false, blobId: listed = '' } = tree.files.get(path) ?? {};
    files.set(path, { path, executable, blobId, transformId, originId });
    if (originId === undefined) continue;
    if (transform?.id === transformId) made.set(blobId, { blobId: listed, apply: transform.apply });
    else sealedBefore.add(blobId);
  }

  await readBlobs(
    source,
    pending.map(({ blobId }) => blobId),
    {
      signal,
      nameOf: (index) => quotePath(pending[index]?.path ?? ''),
      take(content, index) {
        const file = pending[index];
        if (file?.transform === undefined) return;
        const { apply, id } = file.transform;
        const after = apply(content);
        const isChanged = after !== content;
        settle(file, { content: after, origin: { blobId: file.blobId, apply } }, id);
        if (!isChanged) return;
        changed.add(file.path);
        hashes.set(file.path, sha256(after));
      },
    },
  );
  if (seal !== undefined) {
    const folders = new Set([...changed].map(parentOf));
    const sealed = await sealFolders({ folders, seal, hashes, listed: tree.files, source, signal });
    for (const [file, outcome] of sealed) settle(file, outcome, sealId(file));
  }
  const lacks = ({ blobId }: DesiredFile): boolean => sealedBefore.has(blobId) && !made.has(blobId);
  return { tree: { ...tree, files }, contents: madeContents(source, made), lacks };
}

interface SealRequest {
  readonly folders: ReadonlySet<RelativePath>;
  readonly seal: Seal;
  /** As the source has them. */
  readonly listed: ReadonlyMap<RelativePath, DesiredFile>;
  /** SHA-256 of what was changed. */
  readonly hashes: ReadonlyMap<RelativePath, string>;
  readonly source: Source;
  readonly signal: AbortSignal | undefined;
}

/** Renews the seal of each folder that has one. */
async function sealFolders(request: SealRequest): Promise<ReadonlyMap<DesiredFile, Outcome>> {
  const { folders, seal, listed, source, signal } = request;
  const seals = [...folders].flatMap((folder) => listed.get(joinPath(folder, seal.fileName)) ?? []);
  const hashOf = await hashNeighbours(request, new Set(seals.map(({ path }) => parentOf(path))));
  const sealed = new Map<DesiredFile, Outcome>();
  await readBlobs(
    source,
    seals.map(({ blobId }) => blobId),
    {
      signal,
      nameOf: (index) => quotePath(seals[index]?.path ?? ''),
      take(content, index) {
        const file = seals[index];
        if (file === undefined) return;
        const folder = parentOf(file.path);
        const text = Buffer.from(file.transform?.apply(content) ?? content).toString('utf8');
        const renewed = Buffer.from(seal.renew(text, (name) => hashOf.get(joinPath(folder, name))));
        sealed.set(file, { content: renewed, origin: { blobId: file.blobId, apply: () => renewed } });
      },
    },
  );
  return sealed;
}

/** SHA-256 of every desired file of the folders, by its path. */
async function hashNeighbours(
  { listed, hashes, source, signal }: SealRequest,
  folders: ReadonlySet<RelativePath>,
): Promise<ReadonlyMap<RelativePath, string>> {
  const unread = [...listed.keys()].filter((path) => folders.has(parentOf(path)) && !hashes.has(path));
  const read = await hashBlobs(
    source,
    unread.map((path) => listed.get(path)?.blobId ?? ''),
    signal,
  );
  return new Map([...hashes, ...unread.map((path, index) => [path, read[index] ?? ''] as const)]);
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
