import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { RelativePath } from '../paths/relativePath.ts';
import { formatJournal, parseJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { formatManifest, parseManifest } from './manifest.ts';
import type { Manifest, ManifestHeader } from './manifest.ts';

const stat = { size: 3, mtimeMs: 1700000000000.123, ctimeMs: 1700000000001.5, inode: 42, executable: true };
const blobId = 'a'.repeat(40);
const header: ManifestHeader = {
  release: { id: 'r', ref: 'main', commit: 'c' },
  syncedAt: '2026-01-01T00:00:00.000Z',
  blobHash: 'git-sha1',
  sourceId: undefined,
  context: 'x',
  overlaid: 0,
  protected: [['db/x', 'b'.repeat(40)]],
  provided: [true, false],
  files: 2,
};
const manifest: Manifest = {
  header,
  entries: new Map([
    ['a b/ü.txt' as RelativePath, { blobId, executable: false, transformId: '', stat }],
    ['tool' as RelativePath, { blobId, executable: true, transformId: 't', originId: 'b'.repeat(40), stat }],
  ]),
  madeFolders: new Set(['a b' as RelativePath]),
};
const journal: Journal = {
  snapshot: '20260101T000000Z-first',
  header,
  operations: [
    { kind: 'makeFolder', path: 'a' as RelativePath },
    { kind: 'write', path: 'a/b' as RelativePath, blobId, executable: false, replaces: true, slot: 0 },
    { kind: 'delete', path: 'c' as RelativePath, slot: 1 },
    { kind: 'removeFolder', path: 'd' as RelativePath, mode: 0o755 },
  ],
};
const revertJournal: Journal = {
  ...journal,
  restores: '20260101T000000000Z',
  header: { ...header, snapshot: '20251231T000000000Z-first' },
  operations: [
    { kind: 'makeFolder', path: 'd' as RelativePath, mode: 0o750 },
    { kind: 'write', path: 'd/e' as RelativePath, blobId, executable: false, replaces: false, slot: 0, link: true },
  ],
};
const manifestText = [...formatManifest(manifest)].join('');
const journalText = [...formatJournal(journal)].join('');
/** As they are read from a file: what is not ended is no line. */
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const parseJournalText = (text: string): Journal | undefined => parseJournal(linesOf(text));
const parseManifestText = (text: string): Manifest | undefined => parseManifest(linesOf(text));

/** As somebody would who knows the format and makes the digest fit. */
function forgedManifest(from: string, to: string): string {
  const body = manifestText.slice(0, manifestText.lastIndexOf('E\t')).replace(from, to);
  return `${body}E\t${createHash('sha256').update(body).digest('hex')}\n`;
}

function forgedJournal(from: string, to: string): string {
  const body = `${journalText.split('\n').slice(0, -2).join('\n')}\n`.replace(from, to);
  return `${body}${createHash('sha256').update(body).digest('hex')}\n`;
}

describe('what was written is read back', () => {
  test('from a manifest', () => expect(parseManifestText(manifestText)).toEqual(manifest));
  test('from a journal', () => expect(parseJournalText(journalText)).toEqual(journal));
  test('from the journal of a revert', () => {
    expect(parseJournalText([...formatJournal(revertJournal)].join(''))).toEqual(revertJournal);
  });
});

describe('damage anywhere means that there is none', () => {
  const damaged = (text: string): fc.Arbitrary<string> =>
    fc
      .tuple(fc.nat(text.length - 1), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([start, length, junk]) => text.slice(0, start) + junk + text.slice(start + length))
      .filter((result) => result.trimEnd() !== text.trimEnd());

  test('in a manifest', () => {
    fc.assert(fc.property(damaged(manifestText), (text) => parseManifestText(text) === undefined));
    expect(parseManifestText('')).toBeUndefined();
  });

  test('in a journal', () => {
    fc.assert(fc.property(damaged(journalText), (text) => parseJournalText(text) === undefined));
    expect(parseJournalText('')).toBeUndefined();
  });
});

describe('a forged path outside the target is not taken, though the digest fits', () => {
  test.each(['../up', '/etc/passwd', 'a/../../b', '', '.', 'x/', 'a\\b'])('%j', (path) => {
    expect(parseManifestText(forgedManifest('F\ttool', `F\t${path}`))).toBeUndefined();
    expect(parseJournalText(forgedJournal('"path":"a/b"', `"path":${JSON.stringify(path)}`))).toBeUndefined();
  });

  test('nor one into the working folder, nor a snapshot elsewhere', () => {
    expect(parseJournalText(forgedJournal('"path":"c"', '"path":".stoker/manifest"'))).toBeUndefined();
    expect(parseJournalText(forgedJournal('20260101T000000Z-first', '../../etc'))).toBeUndefined();
    expect(parseJournalText(forgedJournal('"snapshot"', '"restores":"../x","snapshot"'))).toBeUndefined();
    expect(parseManifestText(forgedManifest('"files"', '"snapshot":"../x","files"'))?.header.snapshot).toBeUndefined();
  });
});
