import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Problem, ProblemKind } from './problem.ts';

/** What one walk over the data folder saw. Paths are relative to the data folder, with `/`. */
export interface Tree {
  /** Lowercase hex SHA-256 of each file's content. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The parsed files that rule others, `resource.json`, `project.json`, `config-mode.json`, and the `config.json` of resources. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}

const rulingFiles = ['resource.json', 'project.json', 'config-mode.json', 'config.json'];
/** Content-addressed copies that the gateway keeps for itself. */
const ownFolders = ['.resources', '.stoker'];
const filesAtOnce = 4;

/**
 * Walks these folders (`''` is the data folder itself) and reads every file, each time anew: what a scan saw must not come from a cache. `ownerUid` is whom all
 * files have to belong to. A folder that is missing holds nothing; any other failure of the file system is thrown.
 */
export async function readTree(
  dataDir: string,
  folders: readonly string[],
  ownerUid: number | undefined,
): Promise<Tree> {
  const hashes = new Map<string, string>();
  const documents = new Map<string, unknown>();
  const problems: Problem[] = [];
  const found = (kind: ProblemKind, path: string, message: string) => problems.push({ kind, path, message });

  async function visit(path: string, entry: Dirent): Promise<string[]> {
    if (entry.isDirectory()) return ownFolders.includes(entry.name) ? [] : [path];
    if (!entry.isFile()) {
      found('NotAFile', path, 'is neither a file nor a folder');
      return [];
    }
    const content = await contentOf(join(dataDir, path), ownerUid);
    if (content === undefined) {
      found('Vanished', path, 'was gone when it was opened');
      return [];
    }
    if (content.foreignUid !== undefined) {
      found('WrongOwner', path, `belongs to uid ${content.foreignUid}, the gateway runs as ${ownerUid}`);
    }
    hashes.set(path, createHash('sha256').update(content.bytes).digest('hex'));
    if (path.endsWith('.json')) {
      const document = parseJson(content.bytes);
      if (document === undefined) found('NotJson', path, `does not parse (${content.bytes.length} bytes)`);
      else if (rulingFiles.includes(basename(path))) documents.set(path, document.value);
    }
    return [];
  }

  const pending = [...folders];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const parent = folder;
    const entries = await entriesOf(join(dataDir, parent));
    checkNames(entries, parent, found);
    for (let at = 0; at < entries.length; at += filesAtOnce) {
      const visits = entries.slice(at, at + filesAtOnce).map((entry) => visit(under(parent, entry.name), entry));
      pending.push(...(await Promise.all(visits)).flat());
    }
  }
  return { hashes, documents, problems };
}

function checkNames(
  entries: readonly Dirent[],
  folder: string,
  found: (kind: ProblemKind, path: string, message: string) => void,
): void {
  const names = new Map<string, string>();
  for (const { name } of entries) {
    const folded = name.toLowerCase();
    const other = names.get(folded);
    if (other !== undefined) found('NamesFold', under(folder, name), `is the same name as ${other}`);
    names.set(folded, name);
  }
}

function under(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Undefined when it has gone since its folder was listed. */
async function contentOf(path: string, ownerUid: number | undefined) {
  try {
    const bytes = await readFile(path);
    if (ownerUid === undefined) return { bytes, foreignUid: undefined };
    const { uid } = await lstat(path);
    return { bytes, foreignUid: uid === ownerUid ? undefined : uid };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Gone, or a file by now where a folder was. */
function isGone(error: unknown): boolean {
  return Error.isError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function parseJson(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString('utf8')) };
  } catch (error) {
    if (Error.isError(error)) return undefined;
    throw error;
  }
}
