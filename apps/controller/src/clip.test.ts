import { expect, test } from '@jest/globals';
import { clip } from './clip.ts';

test('a text is clipped to so many characters, the last of which says so', () => {
  expect(clip('plant', 5)).toBe('plant');
  expect(clip('plants', 5)).toBe('plan…');
});

test('a character that is cut in two is not sent, since the API server would store another one', () => {
  const clipped = clip('so 🏭🏭', 5);
  expect(clipped.isWellFormed()).toBe(true);
  expect(clipped).toHaveLength(5);
});
