import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { startJsonSyntax } from './jsonSyntax.ts';

/** Pushed in pieces of this many bytes. */
function isJson(text: string | Uint8Array, pieceBytes: number): boolean {
  const bytes = Buffer.from(text);
  const syntax = startJsonSyntax();
  for (let start = 0; start < bytes.length; start += pieceBytes) syntax.push(bytes.subarray(start, start + pieceBytes));
  return syntax.finish();
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('startJsonSyntax', () => {
  test('accepts what JSON.stringify makes, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 3 }),
        (value, piece, indent) => expect(isJson(JSON.stringify(value, undefined, indent), piece)).toBe(true),
      ),
    );
  });

  test('agrees with JSON.parse about almost-JSON', () => {
    const token = fc.constantFrom(...'{}[],:" \n\\-+.eE0123u'.split(''), 'true', 'nul', 'null', '"a"', '1.5', '\u00e9');
    const broken = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(''));
    const damaged = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(40), token)
      .map(([text, at, junk]) => text.slice(0, at) + junk + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(broken, damaged), (text) => expect(isJson(text, 3)).toBe(parses(text))),
      { numRuns: 5000 },
    );
  });

  test.each([
    '',
    ' ',
    '1 2',
    '{"a":1,}',
    '[1,]',
    '"a\nb"',
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    "{'a':1}",
    '{"a" 1}',
    '\u00a01',
  ])('refuses %j', (text) => expect(isJson(text, 2)).toBe(false));

  test('allows a byte order mark and refuses what is not UTF-8', () => {
    expect(isJson('\ufeff{}', 1)).toBe(true);
    expect(isJson(Buffer.from('"\xff"', 'latin1'), 1)).toBe(false);
    expect(isJson(Buffer.from('"\xc3', 'latin1'), 1)).toBe(false);
  });
});
