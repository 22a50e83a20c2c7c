import { createHash } from 'node:crypto';
import { imageDefinitions, imageReference, type ImageDefinition } from './definitions.ts';
import type { Report } from '../progress.ts';
import {
  applicationLayer,
  baseIngredients,
  baseLayer,
  compileCacheEnvironment,
  nodeIngredients,
  nodeLayer,
  pauseLayer,
} from './layers.ts';
import { labelsOf } from './labels.ts';
import { defaultUser } from './users.ts';
import { hasLayer, keepOnly, type Layer } from './layerStore.ts';

/** A document of an image (configuration or manifest), addressed by its digest. */
export interface ImageDocument {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: string;
}

export interface BuiltImage {
  readonly reference: string;
  readonly manifest: ImageDocument;
  readonly config: ImageDocument;
  readonly layers: readonly Layer[];
}

/** What containerd starts for every pod before its containers. */
const pauseReference = 'stoker.local/pause:1';

/** Whether the layers that come from Debian and from node are there. */
export function hasBases(): boolean {
  return hasLayer(baseIngredients('plain')) && hasLayer(baseIngredients('git')) && hasLayer(nodeIngredients);
}

/** Makes these layers, which takes some seconds and the network. */
export async function makeBases(report: Report): Promise<void> {
  for (const base of ['plain', 'git'] as const) {
    report(`Debian packages of the ${base} base`);
    await baseLayer(base);
  }
  report('node');
  await nodeLayer();
}

/** Builds what changed of every image. Needs no daemon; a first run downloads Debian packages. */
export async function buildImages(): Promise<BuiltImage[]> {
  const bases = { plain: await baseLayer('plain'), git: await baseLayer('git') };
  const node = await nodeLayer();
  const pause = await pauseLayer(bases.git);
  const applications = await Promise.all(
    imageDefinitions.map(async (image) =>
      applicationImage(image, [bases[image.base], node, await applicationLayer(image)]),
    ),
  );
  const images = [pauseImage(pause), ...applications];
  keepOnly(images.flatMap((image) => image.layers));
  return images;
}

function applicationImage(image: ImageDefinition, layers: readonly Layer[]): BuiltImage {
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', ...compileCacheEnvironment('/') };
  const first = image.firstProcess === undefined ? [] : [`/app/${image.firstProcess}`];
  return assemble(imageReference(image.name), layers, {
    Labels: labelsOf(image),
    User: `${defaultUser}:${defaultUser}`,
    WorkingDir: '/',
    Env: [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), ...image.env],
    Entrypoint: [...first, '/usr/local/bin/node', ...image.nodeFlags, '/app/main.js'],
  });
}

function pauseImage(layer: Layer): BuiltImage {
  const sleep = "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";
  return assemble(pauseReference, [layer], { User: '65534:65534', Entrypoint: ['/bin/sh', '-c', sleep] });
}

function assemble(reference: string, layers: readonly Layer[], runtime: object): BuiltImage {
  const config = documentOf('application/vnd.oci.image.config.v1+json', {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: runtime,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });
  const manifest = documentOf('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptorOf(config),
    layers: layers.map(({ digest, size }) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size })),
  });
  return { reference, manifest, config, layers };
}

function documentOf(mediaType: string, value: object): ImageDocument {
  const content = JSON.stringify(value);
  return { mediaType, content, digest: `sha256:${createHash('sha256').update(content).digest('hex')}` };
}

/** How an index or a manifest points at a document. */
export function descriptorOf(document: ImageDocument): { mediaType: string; digest: string; size: number } {
  return { mediaType: document.mediaType, digest: document.digest, size: Buffer.byteLength(document.content) };
}
