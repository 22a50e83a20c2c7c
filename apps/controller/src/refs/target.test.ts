import { expect, test } from '@jest/globals';
import { parseStoker } from '@stoker/crd-types';
import { chooseTarget } from './target.ts';

const now = new Date('2026-02-08T00:00:00Z');
const notes = (changes: Record<string, string>) =>
  Object.fromEntries(Object.entries(changes).map(([key, value]) => [`stoker.io/requested-${key}`, value]));
const request = { ref: 'v2', at: '2026-02-07T00:00:00Z', by: 'github', over: 'main' };

test.each<[string, Record<string, string>, object]>([
  ['without a request the spec decides', {}, { kind: 'spec', ref: 'main' }],
  ['a request stands in for the spec', request, { kind: 'requested', ref: 'v2', by: 'github' }],
  [
    'a request yields once the spec says something else',
    { ...request, over: 'release' },
    { kind: 'spent', ref: 'main', why: 'superseded' },
  ],
  [
    'a request ends after a week',
    { ...request, at: '2026-02-01T00:00:00Z' },
    { kind: 'spent', ref: 'main', why: 'expired' },
  ],
  ['a ref that a person wrote alone is followed and to be completed', { ref: 'v2' }, { kind: 'incomplete', ref: 'v2' }],
])('%s', (_name, changes, expected) => {
  const stoker = parseStoker({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name: 'plant', annotations: notes(changes) },
    spec: { git: { repo: 'https://git.example.com/plant', ref: 'main' } },
  });
  expect(chooseTarget(stoker, now)).toMatchObject(expected);
});
