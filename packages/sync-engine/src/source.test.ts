import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type describeError, StokerError } from '@stoker/errors';
import { sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { mapping, memoryRequest, refusal, requestFor } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';
import type { Source, SourceEntry } from './types.ts';

/** A source that lists exactly these entries, with contents by blob id. */
function sourceOf(entries: readonly Partial<SourceEntry>[], contents: Readonly<Record<string, string>> = {}): Source {
  return {
    ...memorySource({}),
    id: undefined,
    async *list() {
      yield entries.map((entry) => ({ path: '', kind: 'file', executable: false, blobId: 'none', ...entry }) as const);
    },
    async read(blobIds, sink) {
      for (const [index, blobId] of blobIds.entries()) {
        const content = Buffer.from(contents[blobId] ?? '');
        sink.begin(index, content.length);
        sink.write(content);
        sink.end();
      }
    },
  };
}

describe('the source', () => {
  test.each([
    ['symlink', 'SymlinkRefused'],
    ['submodule', 'SubmoduleRefused'],
  ] as const)('with a %s is refused by its path', async (kind, reason) => {
    using folder = temporaryFolder();
    const source = sourceOf([{ path: 'views/link', kind }]);
    const error = await refusal(requestFor('', folder.path, { source }));
    expect(error).toMatchObject({ reason, message: expect.stringContaining('"views/link"') });
    expect(readTree(folder.path)).toEqual({});
  });

  test('may hold a link where it is excluded, and where no mapping looks', async () => {
    using folder = temporaryFolder();
    const source = sourceOf([
      { path: 'docs/link', kind: 'symlink' },
      { path: 'other/link', kind: 'symlink' },
    ]);
    const report = await sync(
      requestFor('', folder.path, { source, mappings: [mapping('docs', 'd')], excludePatterns: ['docs/link'] }),
    );
    expect(report.outcome).toBe('unchanged');
  });

  test.each([
    '../up',
    '/absolute',
    'a/../b',
    'a//b',
    'back\\slash',
    'line\nbreak',
    'nul\0',
    'n'.repeat(256),
    'n/'.repeat(2048) + 'n',
    'a/.',
  ])('with the path %j is refused', async (path) => {
    using folder = temporaryFolder();
    expect(await refusal(requestFor('', folder.path, { source: sourceOf([{ path }]) }))).toMatchObject({
      reason: 'UnsafePath',
    });
    expect(readTree(folder.path)).toEqual({});
  });

  test('that fails to say what changed fails the sync, unless the manifest it was asked for turns out to be damaged', async () => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, { 'a.txt': 'a' }));
    const changesSince = () =>
      Promise.reject(new StokerError('git is gone', { reason: 'CacheDamaged', class: 'transient' }));
    const source = { ...memorySource({ 'a.txt': 'new' }), changesSince };
    const request = requestFor('', folder.path, { source });
    expect(await refusal(request)).toMatchObject({ reason: 'CacheDamaged' });
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'a' });
    const manifest = join(folder.path, '.stoker/manifest');
    truncateSync(manifest, statSync(manifest).size - 10);
    expect((await sync(request)).outcome).toBe('synced');
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'new' });
  });

  test('is checked against its hash before anything goes live', async () => {
    using folder = temporaryFolder();
    const source = sourceOf([{ path: 'a.txt', blobId: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' }], {
      e69de29bb2d1d6434b8b29ae775ad8c2e48c5391: 'not empty',
    });
    expect(await refusal(requestFor('', folder.path, { source }))).toMatchObject({ reason: 'BlobMismatch' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([
    ['InvalidJson', { 'a.json': '{"half":', 'b.txt': 'fine' }],
    ['InvalidJson', { 'a.json': '' }],
    ['InvalidJson', { 'large.json': `[${'"0123456789",'.repeat(100_000)}]` }],
    ['LfsPointer', { 'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n' }],
  ])('with a broken file is refused as %s, in a dry run too, and nothing goes live', async (reason, tree) => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/b.txt': 'old' });
    expect(await refusal(memoryRequest(folder.path, tree), { dryRun: true })).toMatchObject({ reason });
    expect(await refusal(memoryRequest(folder.path, tree))).toMatchObject({ reason });
    expect(readTree(folder.path)).toEqual({ 'conf/b.txt': 'old' });
  });

  test('that vanished empties nothing', async () => {
    using folder = temporaryFolder();
    const mappings = [mapping('site', 'conf')];
    await sync(memoryRequest(folder.path, { 'site/a.txt': 'a', 'other.txt': 'o' }, { mappings }));
    for (const options of [{ dryRun: true }, {}]) {
      expect(await refusal(memoryRequest(folder.path, { 'other.txt': 'o' }, { mappings }), options)).toMatchObject({
        reason: 'SourceVanished',
        message: 'mappings[0].source "site": there are no files, and applying that would empty "conf"',
      });
    }
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'a' });
    await sync(memoryRequest(folder.path, {}, { mappings: [mapping('site', 'conf', { allowEmpty: true })] }));
    expect(readTree(folder.path)).toEqual({});
  });

  test('that a required mapping names has to be there, of the kind the mapping says', async () => {
    using folder = temporaryFolder();
    const asked = (wanted: Parameters<typeof mapping>): Promise<ReturnType<typeof describeError>> =>
      refusal(memoryRequest(folder.path, { 'a/b.txt': 'b' }, { mappings: [mapping(...wanted)] }));
    expect(await asked(['missing', 'conf', { required: true }])).toMatchObject({
      reason: 'SourceMissing',
      message: 'mappings[0].source: there is no folder with files at "missing"',
    });
    expect(await asked(['a', 'conf', { type: 'file' }])).toMatchObject({
      message: 'mappings[0].type is file, and the source "a" is a folder',
      hint: 'write type: dir',
    });
    expect(await asked(['a/b.txt', 'conf'])).toMatchObject({ hint: 'write type: file' });
  });
});
