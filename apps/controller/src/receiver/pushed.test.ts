import { expect, test } from '@jest/globals';
import { annotations } from '@stoker/crd-types';
import { makeDraft } from '../testing/draft.ts';
import { isBehindPush, type Pushed, readPushed, writePushed } from './pushed.ts';

const commit = 'c'.repeat(40);

function noted(annotation: string | undefined, status?: { commit: string }) {
  const { stoker } = makeDraft();
  const { metadata } = stoker;
  const noteOf = annotation === undefined ? {} : { annotations: { [annotations.pushed]: annotation } };
  return { metadata: { ...metadata, ...noteOf }, ...(status && { status: { ...stoker.status, ...status } }) };
}

const read = (annotation: string | undefined): Pushed => {
  const { at: _at, ...pushed } = readPushed(noted(annotation));
  return pushed;
};

const at = new Date('2026-11-27T03:00:00Z');
const minuteMs = 60_000;
const github = { commit, sender: 'github', delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958' };

test('what is written is a line that begins with the commit', () => {
  expect(writePushed(github, at)).toBe(`${commit}@2026-11-27T03:00:00.000Z@github@${github.delivery}`);
});

test.each([
  ['all of it', github],
  ['no commit', { ...github, commit: undefined }],
  ['no delivery', { ...github, delivery: undefined }],
  ['a delivery of any characters', { ...github, delivery: 'a@b %2F\n€' }],
])('is read as it was written: %s', (_name, pushed) => {
  expect(read(writePushed(pushed, at))).toEqual(pushed);
});

test('a delivery is cut where no sender writes any more, also within a character', () => {
  expect(read(writePushed({ ...github, delivery: `${'x'.repeat(127)}😀` }, at)).delivery).toHaveLength(128);
});

test.each([
  ['none', undefined, { commit: undefined, sender: undefined, delivery: undefined }],
  ['an older controller’s', `${commit}@2026-11-27T03:00:00.000Z`, { commit, sender: undefined, delivery: undefined }],
  ['somebody’s', `${commit}@@@%ff`, { commit, sender: undefined, delivery: undefined }],
])('an annotation that says less is read for what it says: %s', (_name, annotation, expected) => {
  expect(read(annotation)).toEqual(expected);
});

test.each([
  ['a moment ago, another commit', 1, 'd'.repeat(40), true],
  ['a moment ago, the commit that it has', 1, commit, false],
  ['long ago, another commit', 5, 'd'.repeat(40), false],
])('who waits for a leader: pushed %s', (_name, minutes, has, expected) => {
  const stoker = noted(writePushed(github, at), { commit: has });
  expect(isBehindPush(stoker, new Date(at.getTime() + minutes * minuteMs))).toBe(expected);
});

test('nobody waits where nothing was pushed', () => {
  expect(isBehindPush(noted(undefined), at)).toBe(false);
});
