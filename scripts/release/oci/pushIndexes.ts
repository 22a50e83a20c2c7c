import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import type { Place } from '../steps.ts';
import { noteDigest, notedDigests, productImages, targetOf } from './target.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: 'linux'; readonly architecture: string };
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** Puts the images of all processors that were pushed for this release under one tag each, the version. */
export async function pushIndexes(place: Place): Promise<void> {
  const target = targetOf(place);
  if (!target) return;
  for (const name of productImages) {
    const platforms = notedDigests(place, `platforms/${name}`);
    if (platforms.size === 0)
      throw new Error(`no image ${name} was pushed for this release; run the step images first`);
    const repository = `${target.registry}/${name}`;
    const digest = await pushIndex(platforms, `${repository}:${target.version}`);
    noteDigest(place, `signed/${name}`, `${repository}@${digest}`);
  }
}

/** Needs no layers: they are in the registry already, and skopeo asks for them there before it looks here. */
async function pushIndex(platforms: ReadonlyMap<string, string>, reference: string): Promise<string> {
  const layout = mkdtempSync(join(tmpdir(), 'stoker-index-'));
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  try {
    const manifests: Descriptor[] = [];
    for (const [architecture, pushed] of platforms) {
      const manifest = await runProgram('skopeo', ['inspect', '--raw', `docker://${pushed}`]);
      const { mediaType, config } = JSON.parse(manifest);
      writeBlob(
        layout,
        config.mediaType,
        await runProgram('skopeo', ['inspect', '--raw', '--config', `docker://${pushed}`]),
      );
      manifests.push({ ...writeBlob(layout, mediaType, manifest), platform: { os: 'linux', architecture } });
    }
    const index = writeBlob(layout, indexType, JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
    const entry = { ...index, annotations: { 'org.opencontainers.image.ref.name': 'index' } };
    writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
    writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    const flags = ['--insecure-policy', '--all', '--preserve-digests', '--digestfile', join(layout, 'digest')];
    await runProgram('skopeo', ['copy', ...flags, `oci:${layout}:index`, `docker://${reference}`]);
    return readFileSync(join(layout, 'digest'), 'utf8').trim();
  } finally {
    rmSync(layout, { recursive: true, force: true });
  }
}

function writeBlob(layout: string, mediaType: string, content: string): Descriptor {
  const hash = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(layout, 'blobs/sha256', hash), content);
  return { mediaType, digest: `sha256:${hash}`, size: Buffer.byteLength(content) };
}
