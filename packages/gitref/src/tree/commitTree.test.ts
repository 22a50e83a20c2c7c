import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openCache } from '../cache/openCache.ts';
import type { GitCache } from '../cache/openCache.ts';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { createRepository } from '../testing/index.ts';
import type { TestRepository } from '../testing/index.ts';
import type { CommitSha } from '../types.ts';
import type { GitTree } from './commitTree.ts';
import type { TreeEntry } from './listTree.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let repository: TestRepository;
let cache: GitCache;
const binary = randomBytes(300_000);
const submodule = 'a'.repeat(40);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-tree-'));
  repository = await createRepository(root, 'site');
  cache = await openCache(join(root, 'cache'));
});

afterAll(async () => {
  await cache.close();
  await rm(root, { recursive: true, force: true });
});

async function fetched(commit: string): Promise<GitTree> {
  const url = parseRepositoryUrl(repository.path, 'standalone');
  await cache.fetchCommit({ url, credentials: { kind: 'none' } }, commit as CommitSha);
  return cache.tree(commit as CommitSha);
}

async function list(tree: GitTree, under: readonly string[] = ['.']): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const batch of tree.list(under)) entries.push(...batch);
  return entries;
}

async function paths(tree: GitTree, under: readonly string[]): Promise<string[]> {
  return (await list(tree, under)).map(({ path }) => path);
}

async function read(tree: GitTree, blobIds: readonly string[], signal?: AbortSignal): Promise<Buffer[]> {
  const blobs: Buffer[] = [];
  let chunks: Uint8Array[] = [];
  let announced = 0;
  await tree.read(
    blobIds,
    {
      begin(index, size) {
        expect(index).toBe(blobs.length);
        announced = size;
        chunks = [];
      },
      write: (bytes) => void chunks.push(Uint8Array.from(bytes)),
      end() {
        const blob = Buffer.concat(chunks);
        expect(blob).toHaveLength(announced);
        blobs.push(blob);
      },
    },
    signal,
  );
  return blobs;
}

/** A tree object of any shape: git itself refuses to make most of these. */
async function commitOf(
  entries: readonly (readonly [mode: string, name: string | Buffer, id: string])[],
): Promise<string> {
  const body = Buffer.concat(
    entries.flatMap(([mode, name, id]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ]),
  );
  const tree = await repository.git(['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], body);
  const commit = await repository.git(['commit-tree', '-m', 'made by hand', tree]);
  await repository.git(['update-ref', 'refs/heads/by-hand', commit]);
  return commit;
}

describe('listing', () => {
  test('tells files, executables, symlinks and submodules apart', async () => {
    const commit = await repository.commit({
      'a/plain': 'plain',
      'a/run.sh': { executable: '#!/bin/sh' },
      link: { symlink: '/etc/passwd' },
      sub: { submodule },
    });
    const entries = await list(await fetched(commit));
    expect(entries.map(({ path, kind, executable }) => [path, kind, executable])).toEqual([
      ['a/plain', 'file', false],
      ['a/run.sh', 'file', true],
      ['link', 'symlink', false],
      ['sub', 'submodule', false],
    ]);
    expect(entries[0]?.blobId).toBe(createHash('sha1').update('blob 5\0plain').digest('hex'));
    expect(entries[3]?.blobId).toBe(submodule);
  });

  test('is limited to whole names, as they are written', async () => {
    const tree = await fetched(
      await repository.commit({ 'repo/x': '1', 'repo-evil/x': '2', 'repo.txt': '3', '*': '4', ':(top)a': '5' }),
    );
    await expect(paths(tree, ['repo'])).resolves.toEqual(['repo/x']);
    await expect(paths(tree, ['repo/'])).resolves.toEqual(['repo/x']);
    await expect(paths(tree, ['repo.txt', 'repo-evil'])).resolves.toEqual(['repo-evil/x', 'repo.txt']);
    await expect(paths(tree, ['*'])).resolves.toEqual(['*']);
    await expect(paths(tree, [':(top)a'])).resolves.toEqual([':(top)a']);
    await expect(paths(tree, ['rep'])).resolves.toEqual([]);
    await expect(paths(tree, [])).resolves.toEqual([]);
  });

  test('shows the symlink or submodule that stands on the way', async () => {
    const tree = await fetched(
      await repository.commit({ way: { symlink: 'real' }, 'deep/sub': { submodule }, 'real/x': '1' }),
    );
    await expect(list(tree, ['way/x', 'real/x'])).resolves.toMatchObject([
      { path: 'way', kind: 'symlink' },
      { path: 'real/x', kind: 'file' },
    ]);
    await expect(list(tree, ['deep/sub/x/y'])).resolves.toMatchObject([{ path: 'deep/sub', kind: 'submodule' }]);
  });

  test('of thousands of files comes in batches and can be left at any point', async () => {
    const files = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`many/${index}.json`, `${index}`]));
    const tree = await fetched(await repository.commit(files));
    await expect(paths(tree, ['many'])).resolves.toHaveLength(3000);
    for await (const batch of tree.list(['many'])) {
      expect(batch.length).toBeLessThan(3000);
      break;
    }
  });

  test.each([['..'], ['.GIT'], ['git~1'], ['a\\b'], ['a\nb'], ['.g\u200cit']])(
    'refuses the name %j and says it',
    async (name) => {
      const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x');
      const tree = await fetched(await commitOf([['100644', name, blob]]));
      await expect(list(tree)).rejects.toMatchObject({
        reason: 'UnsafePath',
        message: expect.stringContaining(JSON.stringify(name)),
      });
    },
  );

  test('refuses a name that is not UTF-8', async () => {
    const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x');
    const tree = await fetched(await commitOf([['100644', Buffer.from([0x66, 0xfc]), blob]]));
    await expect(list(tree)).rejects.toMatchObject({ reason: 'UnsafePath' });
  });

  test('takes the old mode 100664 for a plain file', async () => {
    const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x');
    const tree = await fetched(await commitOf([['100664', 'old', blob]]));
    await expect(list(tree)).resolves.toMatchObject([{ path: 'old', kind: 'file', executable: false }]);
  });
});

describe('reading', () => {
  test('gives every byte in the order asked for, whatever the size', async () => {
    const tree = await fetched(await repository.commit({ binary, empty: '', text: 'line\nline\n' }));
    const entries = new Map((await list(tree)).map(({ path, blobId }) => [path, blobId]));
    const asked = ['text', 'empty', 'binary', 'empty', 'text'].map((path) => entries.get(path) ?? '');
    const blobs = await read(tree, asked);
    expect(blobs.map((blob) => blob.toString('latin1'))).toEqual(
      ['line\nline\n', '', binary, '', 'line\nline\n'].map((content) => Buffer.from(content).toString('latin1')),
    );
    await expect(read(tree, [])).resolves.toEqual([]);
  });

  test('never applies attributes or filters of the repository', async () => {
    const tree = await fetched(
      await repository.commit({ '.gitattributes': '* text eol=crlf ident filter=evil\n', 'file.txt': '$Id$\nx\n' }),
    );
    const file = (await list(tree, ['file.txt']))[0];
    const [blob] = await read(tree, [file?.blobId ?? '']);
    expect(blob?.toString()).toBe('$Id$\nx\n');
  });

  test('a blob that is missing means a damaged cache', async () => {
    const tree = await fetched(await repository.commit({ a: '1' }));
    await expect(read(tree, ['0'.repeat(40)])).rejects.toMatchObject({ reason: 'CacheDamaged' });
    await expect(read(tree, ['--all'])).rejects.toMatchObject({ reason: 'CacheDamaged' });
  });

  test('an error of the sink ends the reading with that error', async () => {
    const tree = await fetched(await repository.commit({ binary }));
    const ids = (await list(tree, ['binary'])).map(({ blobId }) => blobId);
    const full = new Error('disk full');
    const sink = {
      begin: () => undefined,
      write() {
        throw full;
      },
      end: () => undefined,
    };
    await expect(tree.read([...ids, ...ids], sink)).rejects.toBe(full);
  });

  test('an aborted signal ends it with the reason given', async () => {
    const tree = await fetched(await repository.commit({ binary }));
    const ids = (await list(tree, ['binary'])).map(({ blobId }) => blobId);
    const reason = new Error('stop');
    const controller = new AbortController();
    const reading = read(tree, Array.from({ length: 200 }, () => ids).flat(), controller.signal);
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await expect(list(tree, ['binary'])).resolves.toHaveLength(1);
    await expect(read(tree, ids, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('changes', () => {
  test('are what was added, modified and deleted, with changes of kind', async () => {
    const before = await repository.commit({
      'c/modified': '1',
      'c/deleted': '1',
      'c/turns': '1',
      'c/mode': '1',
      'c/same': '1',
    });
    await fetched(before);
    const after = await repository.commit({
      'c/modified': '2',
      'c/deleted': null,
      'c/added': 'new',
      'c/turns': { symlink: 'x' },
      'c/mode': { executable: '1' },
    });
    const changes = await (await fetched(after)).changesSince(before);
    expect(changes?.map(({ path, after: entry }) => [path, entry?.kind, entry?.executable])).toEqual([
      ['c/added', 'file', false],
      ['c/deleted', undefined, undefined],
      ['c/mode', 'file', true],
      ['c/modified', 'file', false],
      ['c/turns', 'symlink', false],
    ]);
  });

  test('that are too many to be held in memory are unknown', async () => {
    const before = await repository.commit({ a: '1' });
    await fetched(before);
    const folder = Array.from({ length: 15 }, () => 'd'.repeat(250)).join('/');
    const files = Object.fromEntries(Array.from({ length: 18_000 }, (_, index) => [`${folder}/${index}`, '']));
    const tree = await fetched(await repository.commit(files, { branch: 'deep' }));
    await expect(tree.changesSince(before)).resolves.toBeUndefined();
  });

  test('among names that must never reach a disk are unknown: the listing tells whether they are asked for', async () => {
    const before = await repository.commit({ good: '1' });
    await fetched(before);
    const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x');
    const tree = await fetched(
      await commitOf([
        ['100644', 'bad\\name', blob],
        ['100644', 'good', blob],
      ]),
    );
    await expect(tree.changesSince(before)).resolves.toBeUndefined();
    await expect(paths(tree, ['good'])).resolves.toEqual(['good']);
    await expect(list(tree)).rejects.toMatchObject({ reason: 'UnsafePath' });
  });

  test('since a commit that is not in the cache are unknown', async () => {
    const tree = await fetched(await repository.commit({ a: '2' }));
    await expect(tree.changesSince('0'.repeat(40))).resolves.toBeUndefined();
    await expect(tree.changesSince('main')).resolves.toBeUndefined();
    await expect(tree.changesSince(tree.id)).resolves.toEqual([]);
  });
});
