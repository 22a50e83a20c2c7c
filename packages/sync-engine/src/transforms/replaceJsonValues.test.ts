import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonPath } from './jsonPath.ts';
import { replaceJsonValues } from './replaceJsonValues.ts';

function replaced(text: string, values: Readonly<Record<string, string>>): string {
  const replacements = Object.entries(values).map(([path, value]) => ({
    path: parseJsonPath(path) ?? [],
    text: value,
  }));
  const result = replaceJsonValues(text, replacements);
  return 'text' in result ? result.text : `missing ${JSON.stringify(result.missing)}`;
}

describe('parseJsonPath', () => {
  test.each([
    ['$', []],
    ['$.settings.systemName', ['settings', 'systemName']],
    ["$['a b'][0].c", ['a b', 0, 'c']],
    ['$["it\'s"]', ["it's"]],
    ["$['it\\'s']", ["it's"]],
  ])('reads %s', (text, path) => {
    expect(parseJsonPath(text)).toEqual(path);
  });

  test.each(['', 'settings', '$.', '$..a', '$.*', '$[*]', '$[-1]', '$.a[', "$['a]", '$[?(@.a)]', '$ .a'])(
    'refuses %j',
    (text) => {
      expect(parseJsonPath(text)).toBeUndefined();
    },
  );
});

describe('replaceJsonValues', () => {
  const document = '{\n  "b" : 1.50e+3,\n  "a":{"x":[ true , "}\\"]" ,{"y":null}]}  }\n';

  test.each([
    ['$.b', '2', '{\n  "b" : 2,\n  "a":{"x":[ true , "}\\"]" ,{"y":null}]}  }\n'],
    ['$.a.x[1]', '"z"', '{\n  "b" : 1.50e+3,\n  "a":{"x":[ true , "z" ,{"y":null}]}  }\n'],
    ['$.a.x[2].y', '[]', '{\n  "b" : 1.50e+3,\n  "a":{"x":[ true , "}\\"]" ,{"y":[]}]}  }\n'],
    ['$.a', '{}', '{\n  "b" : 1.50e+3,\n  "a":{}  }\n'],
    ['$.c', '1', 'missing ["c"]'],
    ['$.a.x[3]', '1', 'missing ["a","x",3]'],
    ['$.b.c', '1', 'missing ["b","c"]'],
    ['$.a[0]', '1', 'missing ["a",0]'],
  ])('%s becomes %s and nothing else changes', (path, value, expected) => {
    expect(replaced(document, { [path]: value })).toBe(expected);
  });

  test('several values in one go, whatever their order', () => {
    expect(replaced('[1,{"a":2},3]', { '$[2]': '"c"', '$[0]': '"a"', '$[1].a': '"b"' })).toBe('["a",{"a":"b"},"c"]');
  });

  test('of two members with one name the last is the one that readers see', () => {
    expect(replaced('{"a":1,"a":2}', { '$.a': '3' })).toBe('{"a":1,"a":3}');
  });

  test('names are compared by what they mean, not by how they are written', () => {
    expect(replaced('{"\\u0061":1}', { '$.a': '2' })).toBe('{"\\u0061":2}');
  });

  test('a byte order mark stays', () => {
    expect(replaced('\uFEFF{"a":1}', { '$.a': '2' })).toBe('\uFEFF{"a":2}');
  });

  test('what is no JSON is refused', () => {
    expect(() => replaced('{"a":1,}', { '$.a': '2' })).toThrow(SyntaxError);
  });

  test('any value of any document: read again it is that document with that value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.nat(),
        fc.constantFrom(undefined, 1, 2, '\t'),
        (value, other, pick, space) => {
          const paths = pathsOf(value);
          const path = paths[pick % paths.length] ?? [];
          const result = replaceJsonValues(JSON.stringify(value, undefined, space), [
            { path, text: JSON.stringify(other) },
          ]);
          expect('text' in result && JSON.parse(result.text)).toEqual(
            JSON.parse(JSON.stringify(withValue(value, path, other))),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

function pathsOf(value: unknown): (string | number)[][] {
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(isObject(value) ? value : {});
  return [[], ...entries.flatMap(([step, inner]) => pathsOf(inner).map((path) => [step, ...path]))];
}

function withValue(value: unknown, [step, ...rest]: readonly (string | number)[], other: unknown): unknown {
  if (step === undefined) return other;
  if (Array.isArray(value)) return value.with(Number(step), withValue(value[Number(step)], rest, other));
  const fields = isObject(value) ? value : {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, inner]) => [name, name === step ? withValue(inner, rest, other) : inner]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
