import { expect, test } from '@jest/globals';
import { annotations, type MetadataDocument, type Release } from '@stoker/crd-types';
import type { RefTarget } from '../refs/target.ts';
import { commit, makeDraft, makeMetadata, makeRelease } from '../testing/draft.ts';
import { triggerOf } from './triggerOf.ts';

const next = 'b'.repeat(40);
const delivery = { sender: 'github', delivery: 'd-1', commit: next, atMs: 0 };
const told = (release?: Release, held?: MetadataDocument['held']): MetadataDocument =>
  makeMetadata({ ...(release && { release }), ...(held && { held }) });
const spec: RefTarget = { kind: 'spec', ref: 'main' };
const requested: RefTarget = { kind: 'requested', ref: 'v2', by: 'kargo', expiresAt: new Date(0) };
const byHand: RefTarget = { ...requested, by: undefined };
const held = {
  candidate: { id: 'release-2', ref: 'main', commit: next },
  gate: 'paused',
  reason: 'Paused',
  message: '',
  since: '2026-01-01T00:00:00Z',
};
const newCommit = makeRelease({ id: 'release-2', commit: next });
const sent = { sender: 'github', delivery: 'd-1' };

test.each<[string, Partial<Parameters<typeof triggerOf>[0]>, object]>([
  ['the first release of a gateway', { before: told() }, { kind: 'newGateway' }],
  ['a commit that a delivery brought', { delivery }, { kind: 'pushEvent', ...sent }],
  ['a commit that nobody announced', {}, { kind: 'poll' }],
  ['what a gate had held', { before: told(makeRelease(), held), delivery }, { kind: 'gate', ...sent }],
  ['a changed profile', { release: makeRelease({ id: 'release-2' }), delivery }, { kind: 'spec' }],
  ['another ref in the spec', { release: makeRelease({ ref: 'v2' }) }, { kind: 'spec' }],
  ['a ref that a sender asked for', { release: makeRelease({ ref: 'v2' }), target: requested }, { sender: 'kargo' }],
  [
    'a ref that was asked for by hand',
    { release: makeRelease({ ref: 'v2' }), target: byHand },
    { kind: 'annotation', annotation: annotations.requestedRef },
  ],
  [
    'a ref of its own',
    { release: makeRelease({ ref: 'fix', source: 'override' }), delivery },
    { kind: 'annotation', annotation: annotations.refOverride },
  ],
  [
    'the way back from one',
    { before: told(makeRelease({ ref: 'fix', source: 'override' })) },
    { kind: 'annotation', annotation: annotations.refOverride },
  ],
])('%s', (_name, facts, expected) => {
  const { stoker } = makeDraft();
  const before = told(makeRelease());
  const usual = { stoker, target: spec, before, release: newCommit, delivery: undefined };
  expect(triggerOf({ ...usual, ...facts })).toMatchObject(expected);
});

test('a push event that another replica received has left the commit on the CR', () => {
  const { stoker } = makeDraft();
  const noted = (pushed: string) => {
    const noteOf = { [annotations.pushed]: `${pushed}@2026-01-01T00:00:00Z@github@d-1` };
    return { ...stoker, metadata: { ...stoker.metadata, annotations: noteOf } };
  };
  const facts = { target: spec, before: told(makeRelease()), release: newCommit, delivery: undefined };
  expect(triggerOf({ ...facts, stoker: noted(next) })).toEqual({ kind: 'pushEvent', ...sent });
  expect(triggerOf({ ...facts, stoker: noted(commit) })).toEqual({ kind: 'poll' });
  const wasHeld = { ...facts, before: told(makeRelease(), held) };
  expect(triggerOf({ ...wasHeld, stoker: noted(next) })).toEqual({ kind: 'gate', ...sent });
});
