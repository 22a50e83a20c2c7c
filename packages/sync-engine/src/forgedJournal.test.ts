import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeError } from '@stoker/errors';
import { recover, revert, sync } from './index.ts';
import type { RelativePath } from './paths/relativePath.ts';
import { formatJournal, parseJournal } from './state/journal.ts';
import type { ManifestHeader } from './state/manifest.ts';
import { memoryRequest } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

const tree = { 'a.txt': 'a', 'b/c.txt': 'c', 'b/d.txt': 'd' };
const blobIdOfA = '2e65efe2a145dda7ee51d1741299f848e5bf752e';
const release = { id: 'forged', ref: 'main', commit: 'c' };
const facts = { sourceId: undefined, context: '', overlaid: 0, protected: [], provided: [], files: 0 };
const header: ManifestHeader = { release, syncedAt: '2026-01-01T00:00:00Z', blobHash: 'git-sha1', ...facts };

const path = fc
  .constantFrom(
    'conf/a.txt',
    'conf/b/c.txt',
    'conf/b',
    'conf',
    'conf/new',
    'link/outside.txt',
    'beside.txt',
    'conf/a.txt/x',
  )
  .map((text) => text as RelativePath);
const slot = fc.nat(3);
const operation = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), path, slot }),
  fc.record({ kind: fc.constant('makeFolder' as const), path }),
  fc.record({ kind: fc.constant('removeFolder' as const), path, mode: fc.constant(0o700) }),
  fc.record({
    kind: fc.constant('write' as const),
    path,
    blobId: fc.constantFrom(blobIdOfA, '0'.repeat(40)),
    executable: fc.boolean(),
    replaces: fc.boolean(),
    slot,
  }),
);
const place = fc.constantFrom('journal', 'journal.undo', 'snapshots/forged/applied');
const staged = fc.uniqueArray(slot);

test('a forged journal, whose digest fits, loses no content, reaches nothing outside, and the next sync converges', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 5 }), place, staged, async (operations, where, slots) => {
      using folder = temporaryFolder();
      const target = join(folder.path, 'target');
      writeTree(folder.path, { 'outside/outside.txt': 'outside', 'target/beside.txt': 'beside' });
      symlinkSync('../outside', join(target, 'link'));
      await sync(memoryRequest(target, tree));
      const text = [...formatJournal({ snapshot: 'forged', header, operations })].join('');
      expect(parseJournal(text.split('\n').slice(0, -1))).toBeDefined();
      mkdirSync(join(target, '.stoker/snapshots/forged'), { recursive: true });
      writeFileSync(join(target, '.stoker', where), text);
      for (const name of slots) writeFileSync(join(target, `.stoker/stage/${name}`), 'forged');

      const failures = [await attempt(() => recover(target, { holder: 'me' }))];
      failures.push(await attempt(() => revert({ target, holder: 'me', protection: { paths: [], explicitOnly: [] } })));
      expect(failures).not.toContain('InternalError');
      expect(readTree(join(folder.path, 'outside'))).toEqual({ 'outside.txt': 'outside' });
      expect(lstatSync(join(target, '.stoker')).isDirectory()).toBe(true);
      const live = readTree(target);
      const kept = readTree(join(target, '.stoker'));
      expect([...Object.values(live), ...Object.values(kept)]).toContain('beside');

      await sync(memoryRequest(target, tree));
      const files = Object.entries(readTree(join(target, 'conf'))).filter(([name]) => !/\/(\?\d+)?$/.test(name));
      expect(Object.fromEntries(files)).toEqual(tree);
    }),
    { numRuns: 150 },
  );
});

async function attempt(call: () => Promise<unknown>): Promise<string> {
  return call().then(
    () => 'done',
    (error: unknown) => describeError(error).reason,
  );
}
