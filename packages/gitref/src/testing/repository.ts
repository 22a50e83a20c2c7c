import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Content of a file in a test commit; `null` deletes it. */
export type TestFile =
  | string
  | Uint8Array
  | { readonly executable: string }
  | { readonly symlink: string }
  | { readonly submodule: string }
  | null;

export interface TestRepository {
  /** Folder name below the server's root: `site.git`. */
  readonly name: string;
  /** Absolute path of the bare repository. */
  readonly path: string;
  /** Commits the files on top of the branch (default `main`) and returns the commit's SHA. */
  commit(
    files: Readonly<Record<string, TestFile>>,
    options?: { readonly branch?: string; readonly message?: string },
  ): Promise<string>;
  /** Any git command against the repository; resolves to its trimmed stdout. */
  git(args: readonly string[], input?: string | Uint8Array): Promise<string>;
}

const identity = 'Stoker Test <test@example.test>';
const firstCommitAt = 1_700_000_000;

/**
 * Creates the bare repository `<root>/<name>.git` with `main` as its default branch. Commits are made by
 * `git fast-import`, so a commit of thousands of files is one process. Commit times are fixed: the same calls give the
 * same SHAs on every machine.
 */
export async function createRepository(
  root: string,
  name: string,
  options: { readonly objectFormat?: 'sha1' | 'sha256' } = {},
): Promise<TestRepository> {
  const path = join(root, `${name}.git`);
  await mkdir(root, { recursive: true });
  await runGit(['init', '-q', '--bare', '-b', 'main', `--object-format=${options.objectFormat ?? 'sha1'}`, path]);
  let commits = 0;

  return {
    name: `${name}.git`,
    path,
    git: (args, input) => runGit(['--git-dir', path, ...args], input),
    async commit(files, { branch = 'main', message } = {}) {
      const ref = `refs/heads/${branch}`;
      commits += 1;
      const parent = await runGit(['--git-dir', path, 'for-each-ref', '--format=%(objectname)', ref]);
      const stream = importStream({
        ref,
        parent,
        message: message ?? `commit ${commits}`,
        committedAt: firstCommitAt + commits,
        files,
      });
      await runGit(['--git-dir', path, 'fast-import', '--quiet', '--force', '--date-format=raw'], stream);
      return runGit(['--git-dir', path, 'rev-parse', ref]);
    },
  };
}

function importStream(commit: {
  ref: string;
  parent: string;
  message: string;
  committedAt: number;
  files: Readonly<Record<string, TestFile>>;
}): Buffer {
  const parts: (string | Uint8Array)[] = [
    `commit ${commit.ref}\ncommitter ${identity} ${commit.committedAt} +0000\n`,
    `data ${Buffer.byteLength(commit.message)}\n${commit.message}\n`,
    ...(commit.parent === '' ? [] : [`from ${commit.parent}\n`]),
    ...Object.entries(commit.files).flatMap(([path, file]) => fileCommand(path, file)),
  ];
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function fileCommand(path: string, file: TestFile): (string | Uint8Array)[] {
  const quoted = `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  if (file === null) return [`D ${quoted}\n`];
  if (typeof file === 'string') return blob('100644', quoted, Buffer.from(file));
  if (isBytes(file)) return blob('100644', quoted, file);
  if ('executable' in file) return blob('100755', quoted, Buffer.from(file.executable));
  if ('symlink' in file) return blob('120000', quoted, Buffer.from(file.symlink));
  return [`M 160000 ${file.submodule} ${quoted}\n`];
}

// Not `instanceof`: under jest the bytes may come from another realm.
function isBytes(file: object): file is Uint8Array {
  return ArrayBuffer.isView(file);
}

function blob(mode: string, quotedPath: string, content: Uint8Array): (string | Uint8Array)[] {
  return [`M ${mode} inline ${quotedPath}\ndata ${content.byteLength}\n`, content, '\n'];
}

async function runGit(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const child = spawn('git', args, {
    env: {
      ...process.env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Stoker Test',
      GIT_AUTHOR_EMAIL: 'test@example.test',
      GIT_COMMITTER_NAME: 'Stoker Test',
      GIT_COMMITTER_EMAIL: 'test@example.test',
      GIT_AUTHOR_DATE: `${firstCommitAt} +0000`,
      GIT_COMMITTER_DATE: `${firstCommitAt} +0000`,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // git may exit before it has read everything; its exit code says what that meant.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trim();
}
