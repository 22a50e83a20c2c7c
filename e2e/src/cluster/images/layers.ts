// How each layer of an image is made: Debian packages, the node binary, one application's bundle.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../paths.ts';
import { runProgram } from '../runProgram.ts';
import { basePackages, type Base, type ImageDefinition } from './definitions.ts';
import { layerOf, type Layer } from './layerStore.ts';

const suite = 'bookworm';
/** The user an image runs as unless a pod says otherwise: Ignition's own. */
export const defaultUser = 2003;
const compileCache = 'app/compile-cache';

const finish = join(checkout, 'deploy/images/finish-base.sh');

/** What decides the layer of a base. */
export function baseIngredients(base: Base): string[] {
  return ['base', suite, basePackages[base].join(','), readFileSync(finish, 'utf8')];
}

/** What decides the layer of node. */
export const nodeIngredients: readonly string[] = ['node', process.version, process.arch];

/** Debian packages, extracted without running anything of theirs. Takes ten seconds once. */
export function baseLayer(base: Base): Promise<Layer> {
  return layerOf(baseIngredients(base), async (file) => {
    const hook = `--extract-hook=${finish} "$1"`;
    const include = `--include=${basePackages[base].join(',')}`;
    await runProgram('mmdebstrap', ['--variant=extract', include, hook, '--format=tar', suite, file]);
  });
}

/** The project's own node, alone. */
export function nodeLayer(): Promise<Layer> {
  return layerOf(nodeIngredients, (file) =>
    tarOf(file, (root) => {
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      cpSync(process.execPath, join(root, 'usr/local/bin/node'));
    }),
  );
}

/** One static shell that sleeps, for the sandbox of every pod. */
export async function pauseLayer(plain: Layer): Promise<Layer> {
  return layerOf(['pause', plain.digest], (file) =>
    tarOf(file, async (root) => {
      await runProgram('tar', ['-C', root, '-xf', plain.file, './bin/busybox']);
      symlinkSync('busybox', join(root, 'bin/sh'));
      symlinkSync('busybox', join(root, 'bin/sleep'));
    }),
  );
}

/**
 * A program's bundle under /app, for an app with the code cache that V8 makes when it runs once. Throws when it was not bundled.
 */
export function applicationLayer(image: ImageDefinition): Promise<Layer> {
  const bundle = join(checkout, image.workspace, 'bundle');
  if (!existsSync(join(bundle, 'main.js')))
    throw new Error(`${bundle}/main.js is missing; build it with: npm run build`);
  const contents = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const hash = createHash('sha256');
  for (const name of contents.toSorted()) hash.update(`${name}\0`).update(readFileSync(join(bundle, name)));
  const ingredients = ['application', hash.digest('hex'), process.version, ...image.nodeFlags];
  return layerOf(ingredients, (file) =>
    tarOf(file, async (root) => {
      for (const name of contents) cpSync(join(bundle, name), join(root, 'app', name));
      if (image.workspace.startsWith('apps/')) await warmCompileCache(root, image);
    }),
  );
}

/** The environment that makes node read a cache beside the bundle, wherever that lies. */
export function compileCacheEnvironment(root: string): Record<string, string> {
  return { NODE_COMPILE_CACHE: join(root, compileCache), NODE_COMPILE_CACHE_PORTABLE: '1' };
}

async function warmCompileCache(root: string, image: ImageDefinition): Promise<void> {
  const main = join(root, 'app/main.js');
  await runProgram(process.execPath, [...image.nodeFlags, main, '--version'], { env: compileCacheEnvironment(root) });
  // node keeps one cache for each user id, by a folder's last name part.
  const folder = join(root, compileCache);
  const [made] = existsSync(folder) ? readdirSync(folder) : [];
  if (made) renameSync(join(folder, made), join(folder, made.replace(/-\d+$/, `-${defaultUser}`)));
}

/** Fills a temporary folder and packs it so that equal contents make equal bytes, readable by every user. */
async function tarOf(file: string, fill: (root: string) => void | Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'stoker-layer-'));
  try {
    await fill(root);
    const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX,go-w'];
    await runProgram('tar', ['-C', root, ...reproducible, '-cf', file, ...readdirSync(root)]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
