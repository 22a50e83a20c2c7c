import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from '../runProgram.ts';
import { descriptorOf, type BuiltImage } from './buildImages.ts';
import { layerFolder } from './layerStore.ts';

/**
 * Writes `images` as one OCI image layout, each shared layer once, calls `use` with its folder, and removes it. Layers whose
 * digest is in `present` are left out: the receiver has them.
 */
export async function withLayout<T>(
  images: readonly BuiltImage[],
  present: ReadonlySet<string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  // Beside the layers, on one file system with them: they go in as hard links.
  const folder = mkdtempSync(join(layerFolder(), 'layout-'));
  const blob = (digest: string) => join(folder, 'blobs/sha256', digest.slice('sha256:'.length));
  try {
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.digest, layer.file]));
    for (const [digest, path] of layers) if (!present.has(digest)) linkSync(path, blob(digest));
    for (const { manifest, config } of images) {
      writeFileSync(blob(manifest.digest), manifest.content);
      writeFileSync(blob(config.digest), config.content);
    }
    const manifests = images.map(({ reference, manifest }) => ({
      ...descriptorOf(manifest),
      annotations: { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference },
    }));
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same as one tar file, which containerd imports. */
export function writeArchive(
  file: string,
  images: readonly BuiltImage[],
  present: ReadonlySet<string> = new Set(),
): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  return withLayout(images, present, (folder) =>
    runProgram('tar', ['-C', folder, '-cf', file, ...readdirSync(folder)]),
  );
}
