import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Path → content; a path that ends in `*` is executable. */
export type Tree = Readonly<Record<string, string>>;

/** Makes a directory that is removed when the test's scope ends (`using`). */
export function temporaryFolder(under = tmpdir()): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(under, 'stoker-engine-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Thousands of little files need no real disk. */
export function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(folder, name.replace(/\*$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, name.endsWith('*') ? 0o755 : 0o644);
  }
}

/** Without anybody who listens on it, as a gateway leaves one that was killed. */
export function makeSocket(path: string): void {
  const listen = 'require("net").createServer().listen(process.argv[1], () => process.exit())';
  // By its name alone: the whole path of a socket has at most 107 bytes.
  spawnSync(process.execPath, ['--eval', listen, basename(path)], { cwd: dirname(path) });
  if (!lstatSync(path).isSocket()) throw new Error(`no socket was made at ${path}`);
}

/** Everything in a folder but `.stoker`; an empty folder is `path/` → ''. Links read `-> target`, modes other than 644 and 755 (of folders: 755) show. */
export function readTree(folder: string, under = ''): Record<string, string> {
  const tree: Record<string, string> = {};
  const names = readdirSync(join(folder, under)).filter((name) => under !== '' || name !== '.stoker');
  if (names.length === 0 && under !== '') tree[`${under}/`] = '';
  for (const name of names.toSorted()) {
    const path = under === '' ? name : `${under}/${name}`;
    const stats = lstatSync(join(folder, path));
    if (stats.isDirectory()) {
      if ((stats.mode & 0o7777) !== 0o755) tree[`${path}/${modeMark(stats.mode)}`] = '';
      Object.assign(tree, readTree(folder, path));
    } else if (stats.isSymbolicLink()) tree[path] = `-> ${readlinkSync(join(folder, path))}`;
    else if (!stats.isFile()) tree[path] = 'special';
    else tree[path + modeMark(stats.mode)] = readFileSync(join(folder, path), 'utf8');
  }
  return tree;
}

function modeMark(mode: number): string {
  const permissions = mode & 0o7777;
  return permissions === 0o755 ? '*' : permissions === 0o644 ? '' : `?${permissions.toString(8)}`;
}
