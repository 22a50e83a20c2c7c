import { expect, test } from '@jest/globals';
import { isStokerError } from '@stoker/errors';
import { parseArguments } from './parseArguments.ts';
import { kettle } from './testing/program.ts';

function mistakeIn(argv: readonly string[]) {
  try {
    parseArguments(kettle, argv);
  } catch (error) {
    if (isStokerError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test.each([
  [['boil', 'tap', '-q', '--output=json']],
  [['boil', '--output', 'json', '--quick', 'tap']],
  [['boil', '-qo', 'json', 'tap']],
  [['boil', '-qojson', 'tap']],
  [['boil', '-o=json', 'tap', '-q']],
])('%j is one and the same', (argv) => {
  const { kind, ...parsed } = parseArguments(kettle, argv);
  expect(kind).toBe('run');
  expect(parsed).toEqual({
    invocation: {
      command: 'boil',
      words: ['tap'],
      values: { output: 'json' },
      lists: {},
      switches: new Set(['quick']),
    },
  });
});

test('defaults are filled in, and what may be missing may be missing', () => {
  const parsed = parseArguments(kettle, ['pour']);
  expect(parsed).toMatchObject({ invocation: { words: [], values: { output: 'text' } } });
});

test.each([
  [['--help'], { kind: 'help', command: undefined }],
  [['help', 'pour'], { kind: 'help', command: 'pour' }],
  [['pour', '--help'], { kind: 'help', command: 'pour' }],
  [['pour', '--bad', '-h'], { kind: 'help', command: 'pour' }],
  [['--version'], { kind: 'version' }],
])('%j asks for %j', (argv, expected) => {
  expect(parseArguments(kettle, argv)).toEqual(expected);
});

test('what may be repeated is kept in order', () => {
  const parsed = parseArguments(kettle, ['brew', '--add=milk', '--leaf', 'assam', '--add', 'sugar']);
  expect(parsed).toMatchObject({ invocation: { values: { leaf: 'assam' }, lists: { add: ['milk', 'sugar'] } } });
});

const mistakes: readonly [string, readonly string[], string, string][] = [
  ['no command', [], 'no command given', 'one of boil, pour, brew'],
  ['a mistyped command', ['biol'], 'unknown command "biol"', 'did you mean "boil"?'],
  ['a command like no other', ['telephone'], 'unknown command "telephone"', 'one of boil, pour, brew'],
  ['help for a mistyped command', ['help', 'prou'], 'unknown command "prou"', 'did you mean "pour"?'],
  ['the name of a method of objects', ['toString'], 'unknown command "toString"', 'one of boil, pour, brew'],
  ['options before the command', ['-q', 'boil'], 'the command comes first, before "-q"', 'kitchen kettle --help'],
  ['a mistyped option', ['boil', 'tap', '--qiuck'], 'boil has no option --qiuck', 'did you mean --quick?'],
  ['an option of another command', ['boil', 'tap', '--to=me'], 'boil has no option --to', 'lists its options'],
  ['a word that is missing', ['boil'], 'boil needs WATER', 'kitchen kettle boil --help'],
  ['a word too many', ['boil', 'tap', 'rain'], 'unexpected argument "rain"', 'kitchen kettle boil --help'],
  ['an impossible word', ['pour', 'smal'], 'CUP cannot be "smal"', 'did you mean "small"?'],
  ['a missing value', ['pour', '--to', '--output', 'json'], '--to needs a value', '--to WHOM'],
  ['an empty value', ['pour', '--to='], '--to needs a value', '--to WHOM'],
  ['an empty value of a letter', ['pour', '-t='], '--to needs a value', '--to WHOM'],
  ['a value for a switch', ['boil', 'tap', '--quick=no'], '--quick takes no value', 'write --quick alone'],
  ['an impossible value', ['pour', '-o', 'xml'], '--output cannot be "xml"', 'one of text, json'],
  ['a missing option', ['brew', '--add', 'milk'], 'brew needs --leaf NAME', ''],
  ['an option given twice', ['pour', '-t', 'me', '--to', 'you'], '--to is given twice', 'give it once'],
];

test.each(mistakes)('%s is answered with what to write', (_what, argv, message, hint) => {
  const error = mistakeIn(argv);
  expect(error).toMatchObject({ reason: 'Usage', message });
  expect(error.hint ?? '').toContain(hint);
});
