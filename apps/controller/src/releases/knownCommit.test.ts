import { expect, test } from '@jest/globals';
import type { MetadataDocument } from '@stoker/crd-types';
import { makeDraft, makeRelease } from '../testing/draft.ts';
import { knownCommit } from './knownCommit.ts';

const [older, newer] = ['a'.repeat(40), 'b'.repeat(40)];
const told = (changes: Partial<MetadataDocument> = {}) =>
  ({ release: makeRelease({ commit: newer }), ...changes }) as MetadataDocument;
const held = {
  candidate: { id: 'r', ref: 'main', commit: older },
  gate: 'paused',
  reason: 'Paused',
  message: '',
  since: '',
};
const afterRestart = { ref: { kind: 'pending', commit: older } } as const;

test.each([
  ['what git answers', makeDraft({ ref: { kind: 'resolved', commit: older } }), told(), older],
  ['what was released, while a status that was left behind says less', makeDraft(afterRestart), told(), newer],
  ['the same while git is away', makeDraft({ ref: { kind: 'failed', commit: older, error: 'away' } }), told(), newer],
  ['what the status says for a new gateway', makeDraft(afterRestart), undefined, older],
  ['what the status says where a gate holds', makeDraft(afterRestart), told({ held }), older],
  [
    'what the status says of another ref',
    makeDraft({ ...afterRestart, target: { kind: 'spec', ref: 'next' } }),
    told(),
    older,
  ],
  [
    'what the status says of another repository',
    makeDraft(afterRestart, { git: { repo: 'https://git.example.com/other.git', ref: 'main' } }),
    told(),
    older,
  ],
])('a candidate is made of %s', (_what, draft, document, commit) => {
  expect(knownCommit(draft, document)).toBe(commit);
});
