// How each layer of an image is made: Debian packages, the node binary, one application's bundle.
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { checkout } from '../paths.ts';
import { runProgram } from '../runProgram.ts';
import { basePackages, type Base, type ImageDefinition } from './definitions.ts';
import { chartUser, defaultUser } from './users.ts';
import { layerOf, type Layer } from './layerStore.ts';

const suite = 'bookworm';
const compileCache = 'app/compile-cache';
/** Beside a bundle: without it node reads the whole of it as CommonJS first. */
const moduleKind = '{"type":"module"}\n';
/** node reads a cache of its own for each user id, the last part of the folder's name. Others than these start without one. */
const cacheUsers = [defaultUser, chartUser()];

const finish = join(checkout, 'deploy/images/finish-base.sh');
const warmUp = join(checkout, 'deploy/images/warm-up.mjs');

/** What decides the layer of a base. */
export function baseIngredients(base: Base): string[] {
  return ['base', suite, basePackages[base].join(','), readFileSync(finish, 'utf8')];
}

/** What decides the layer of node. */
export const nodeIngredients: readonly string[] = ['node and its license', process.version, process.arch];

/** Debian packages, extracted without running anything of theirs. Takes ten seconds once. */
export function baseLayer(base: Base): Promise<Layer> {
  return layerOf(baseIngredients(base), async (file) => {
    const hook = `--extract-hook=${finish} "$1"`;
    const include = `--include=${basePackages[base].join(',')}`;
    // No file is younger than this: equal packages make equal bytes.
    const env = { SOURCE_DATE_EPOCH: '1' };
    await runProgram('mmdebstrap', ['--variant=extract', include, hook, '--format=tar', suite, file], { env });
  });
}

/** The project's own node, and what its license asks to go along. */
export function nodeLayer(): Promise<Layer> {
  return layerOf(nodeIngredients, (file) =>
    tarOf(file, (root) => {
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      cpSync(process.execPath, join(root, 'usr/local/bin/node'));
      cpSync(join(dirname(process.execPath), '../LICENSE'), join(root, 'usr/local/share/doc/node/LICENSE'));
    }),
  );
}

/** One static shell that sleeps, for the sandbox of every pod. */
export async function pauseLayer(git: Layer): Promise<Layer> {
  return layerOf(['pause', git.digest], (file) =>
    tarOf(file, async (root) => {
      await runProgram('tar', ['-C', root, '-xf', git.file, './bin/busybox']);
      symlinkSync('busybox', join(root, 'bin/sh'));
      symlinkSync('busybox', join(root, 'bin/sleep'));
    }),
  );
}

/**
 * A program's bundle under /app, with the licenses of what is in it; for an app with the code cache that V8 makes when it runs once. Throws when it was not bundled.
 */
export function applicationLayer(image: ImageDefinition): Promise<Layer> {
  const bundle = join(checkout, image.workspace, 'bundle');
  if (!existsSync(join(bundle, 'main.js')))
    throw new Error(`${bundle}/main.js is missing; build it with: npm run build`);
  const contents = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|txt)$/.test(name),
  );
  const hash = createHash('sha256');
  for (const name of contents.toSorted()) hash.update(`${name}\0`).update(readFileSync(join(bundle, name)));
  const script = image.firstProcess === undefined ? undefined : join(checkout, 'deploy/images', image.firstProcess);
  if (script !== undefined) hash.update(readFileSync(script));
  hash.update(readFileSync(warmUp));
  hash.update(moduleKind).update(String(cacheUsers));
  const digest = hash.digest('hex');
  const fill = async (root: string) => {
    for (const name of contents) cpSync(join(bundle, name), join(root, 'app', name));
    writeFileSync(join(root, 'app/package.json'), moduleKind);
    if (script !== undefined) cpSync(script, join(root, 'app', basename(script)));
    if (image.workspace.startsWith('apps/')) await warmCompileCache(root);
  };
  // The code cache holds the path of its folder.
  const root = join(tmpdir(), `stoker-layer-${digest.slice(0, 12)}`);
  return layerOf(['application, warmed in its place', digest, process.version], (file) => tarOf(file, fill, root));
}

/** The environment that makes node read a cache beside the bundle, wherever that lies. */
export function compileCacheEnvironment(root: string): Record<string, string> {
  return { NODE_COMPILE_CACHE: join(root, compileCache), NODE_COMPILE_CACHE_PORTABLE: '1' };
}

async function warmCompileCache(root: string): Promise<void> {
  // The cache also holds this program, by its path from there: it has to be the same in every checkout.
  const program = join(root, basename(warmUp));
  cpSync(warmUp, program);
  const args = ['--predictable', '--random-seed=1', program, join(root, 'app')];
  await runProgram(process.execPath, args, { env: compileCacheEnvironment(root) });
  rmSync(program);
  const folder = join(root, compileCache);
  const [made] = existsSync(folder) ? readdirSync(folder) : [];
  if (!made) throw new Error(`node wrote no code cache into ${folder}`);
  const [own = '', ...others] = cacheUsers.map((user) => made.replace(/-\d+$/, `-${user}`));
  renameSync(join(folder, made), join(folder, own));
  for (const other of others) symlinkSync(own, join(folder, other));
}

/** Fills a temporary folder and packs it so that equal contents make equal bytes, readable by every user. */
async function tarOf(
  file: string,
  fill: (root: string) => void | Promise<void>,
  root = join(tmpdir(), `stoker-layer-${randomUUID()}`),
): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  try {
    await fill(root);
    const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX,go-w'];
    await runProgram('tar', ['-C', root, ...reproducible, '-cf', file, ...readdirSync(root)]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
