import { describe, expect, test } from '@jest/globals';
import { checkRef, isCommitSha } from './refName.ts';

function refusal(ref: string): { reason: string; hint?: string } {
  try {
    checkRef(ref);
  } catch (error) {
    return error as { reason: string; hint?: string };
  }
  throw new Error(`${ref} was accepted`);
}

describe('a ref', () => {
  test.each([
    ['main'],
    ['feature/a-b_c'],
    ['v1.2.0'],
    ['release@2024'],
    ['refs/heads/main'],
    ['refs/tags/v1'],
    ['20240101'],
    ['feedface'],
    ['straße'],
    ['a'.repeat(40)],
    ['0'.repeat(64)],
  ])('%s can name something', (ref) => {
    expect(() => checkRef(ref)).not.toThrow();
  });

  test.each([
    ['-main'],
    ['--upload-pack=x'],
    ['a..b'],
    ['main@{1}'],
    ['a b'],
    ['a\u0000b'],
    ['a\u007fb'],
    ['a\tb'],
    ['a~1'],
    ['a^{}'],
    ['a:b'],
    ['a?'],
    ['a*'],
    ['a[b'],
    ['a\\b'],
    ['/a'],
    ['a/'],
    ['a//b'],
    ['.a'],
    ['a/.b'],
    ['a.lock'],
    ['a.lock/b'],
    ['a.'],
    ['@'],
    ['HEAD'],
    [''],
    ['refs/pull/1/head'],
    ['refs/heads/'],
    ['a'.repeat(1025)],
  ])('%j cannot', (ref) => {
    expect(refusal(ref)).toMatchObject({ reason: 'InvalidRef', hint: expect.any(String) });
  });

  test.each([['4455cb5'], ['4455CB50d1e9'], ['4455cb50d1e94306b05d74d48673e72782a60f5']])(
    'the shortened SHA %s is refused with what to write instead',
    (ref) => {
      expect(refusal(ref).hint).toContain('all 40 digits');
    },
  );

  test('a full SHA in upper case is refused, since it is compared as text', () => {
    expect(refusal('4455CB50D1E94306B05D74D48673E72782A60F53').hint).toContain('lower case');
  });

  test.each([
    ['4455cb50d1e94306b05d74d48673e72782a60f53', true],
    ['4455cb50d1e94306b05d74d48673e72782a60f5', false],
    ['4455CB50d1e94306b05d74d48673e72782a60f53', false],
    ['z'.repeat(40), false],
    [`${'0'.repeat(40)}\n`, false],
  ])('%j as a commit SHA: %s', (text, expected) => {
    expect(isCommitSha(text)).toBe(expected);
  });
});
