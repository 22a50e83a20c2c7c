// Layers are tar files, kept by digest and found again by a key of what went into them.
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../paths.ts';

export interface Layer {
  /** `sha256:` and the digest of the tar file, which is not compressed: so it is also its diff id. */
  readonly digest: string;
  readonly size: number;
  readonly file: string;
}

const store = join(cacheFolder, 'images');

/** Where layers are kept, with room for what hard-links them. */
export function layerFolder(): string {
  mkdirSync(store, { recursive: true });
  return store;
}

function keyFile(ingredients: readonly string[]): string {
  return join(store, 'keys', createHash('sha256').update(ingredients.join('\0')).digest('hex'));
}

function find(ingredients: readonly string[]): Layer | undefined {
  const key = keyFile(ingredients);
  if (!existsSync(key)) return undefined;
  const digest = readFileSync(key, 'utf8');
  const file = join(store, 'blobs', digest);
  return existsSync(file) ? { digest: `sha256:${digest}`, size: statSync(file).size, file } : undefined;
}

/** Whether the layer made from `ingredients` is there. */
export function hasLayer(ingredients: readonly string[]): boolean {
  return find(ingredients) !== undefined;
}

/** The layer made from `ingredients` (anything that, when it changes, changes the layer), built by `build` into a file when new. */
export async function layerOf(ingredients: readonly string[], build: (file: string) => Promise<void>): Promise<Layer> {
  const found = find(ingredients);
  if (found) return found;
  mkdirSync(join(store, 'blobs'), { recursive: true });
  mkdirSync(join(store, 'keys'), { recursive: true });
  const draft = join(store, `draft-${randomUUID()}.tar`);
  try {
    await build(draft);
    const hash = createHash('sha256');
    await pipeline(createReadStream(draft), hash);
    const digest = hash.digest('hex');
    const file = join(store, 'blobs', digest);
    renameSync(draft, file);
    writeFileSync(keyFile(ingredients), digest);
    return { digest: `sha256:${digest}`, size: statSync(file).size, file };
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Forgets all layers but these. */
export function keepOnly(layers: readonly Layer[]): void {
  const kept = new Set(layers.map((layer) => layer.digest.slice('sha256:'.length)));
  for (const name of readdirSync(join(store, 'blobs'))) if (!kept.has(name)) rmSync(join(store, 'blobs', name));
  for (const name of readdirSync(join(store, 'keys'))) {
    if (!kept.has(readFileSync(join(store, 'keys', name), 'utf8'))) rmSync(join(store, 'keys', name));
  }
}
