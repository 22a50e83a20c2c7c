import { expect, test } from '@jest/globals';
import { sinkTargets } from './sinkOptions.ts';

test('without settings there is no sink', () => {
  expect(sinkTargets({ file: '', url: '' })).toEqual({ file: undefined, http: undefined });
});

test.each(['collector', 'ftp://collector/x', 'https://bob:hunter2@collector/x'])(
  'the URL %s is refused, and not repeated',
  (url) => {
    const expected = { reason: 'InvalidUsage', message: 'the URL of the audit collector cannot be used' };
    expect(() => sinkTargets({ url })).toThrow(expect.objectContaining(expected));
  },
);
