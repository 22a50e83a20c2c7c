import { describe, expect, test } from '@jest/globals';
import { isStokerError } from '@stoker/errors';
import { parseArguments, wantsJson } from './parseArguments.ts';

const needed = ['--repo', 'r', '--ref', 'main', '--target', 't'];

function mistakeIn(argv: readonly string[]) {
  try {
    parseArguments(argv);
  } catch (error) {
    if (isStokerError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function parseRun(argv: readonly string[]) {
  const parsed = parseArguments(argv);
  if (parsed.kind !== 'run') throw new Error(`parsed as ${parsed.kind}`);
  return parsed.invocation;
}

describe('parseArguments', () => {
  test('reads options in any order and form, and fills in defaults', () => {
    expect(parseRun(['sync', '--target=t', '--set', 'a=1', '--ref', 'main', '--repo', 'r', '--dry-run'])).toEqual({
      command: 'sync',
      values: { repo: 'r', ref: 'main', target: 't', output: 'text' },
      set: { a: '1' },
      dryRun: true,
    });
  });

  test('lets a later --set win, and a value hold equals signs', () => {
    const { set } = parseRun(['sync', ...needed, '--set', 'a=1', '--set', 'b=x=y', '--set', 'a=2']);
    expect(set).toEqual({ a: '2', b: 'x=y' });
  });

  test.each([
    [[], undefined],
    [['sync'], 'sync'],
  ])('--help after %j explains that', (before, command) => {
    expect(parseArguments([...before, '--help'])).toEqual({ kind: 'help', command });
  });

  test('a value that looks like a switch is left to who checks refs, for its own message', () => {
    expect(parseRun(['sync', '--repo', 'r', '--ref', '-x', '--target', 't']).values.ref).toBe('-x');
  });

  const mistakes: readonly [string, readonly string[], string, string | undefined][] = [
    ['no command', [], 'no command given', 'sync, watch'],
    ['a mistyped command', ['synk'], 'unknown command "synk"', 'did you mean "sync"?'],
    ['options before the command', ['--repo', 'r', 'sync'], 'the command comes first', undefined],
    ['a mistyped option', ['sync', '--taget', 't'], 'sync has no option --taget', 'did you mean --target?'],
    ['an option cut short', ['sync', '--gateway', 'x'], 'sync has no option --gateway', 'did you mean --gateway-name?'],
    ['an option of another command', ['status', '--ref', 'main'], 'status has no option --ref', 'lists its options'],
    ['a secret as argument', ['sync', '--token', 's3cret'], 'sync has no option --token', 'did you mean --token-file?'],
    ['a missing value', ['sync', '--repo', '--ref', 'main'], '--repo needs a value', '--repo URL|PATH'],
    ['an empty value', ['sync', '--ref='], '--ref needs a value', undefined],
    ['missing options', ['sync', '--ref', 'main'], 'sync needs --repo URL|PATH and --target DIR', undefined],
    ['an option given twice', ['sync', ...needed, '--ref', 'x'], '--ref is given twice', undefined],
    ['an impossible choice', ['sync', ...needed, '--output', 'xml'], '--output cannot be "xml"', 'text, json'],
    ['a set without a key', ['sync', ...needed, '--set', '=x'], '--set cannot be "=x"', 'key=value'],
    ['a set without a value', ['sync', ...needed, '--set', 'x'], '--set cannot be "x"', 'key=value'],
    ['a bare word', ['sync', 'main'], 'unexpected argument "main"', undefined],
    ['a value for a switch', ['sync', ...needed, '--dry-run=no'], '--dry-run takes no value', undefined],
  ];

  test.each(mistakes)('%s is answered with what to write', (_case, argv, message, hint) => {
    const error = mistakeIn(argv);
    expect(error.reason).toBe('Usage');
    expect(error.message).toContain(message);
    expect(error.hint ?? '').toContain(hint ?? '');
  });
});

test.each([
  [['sync', '--output', 'json'], true],
  [['synk', '--output=json'], true],
  [['sync', '--output', 'text'], false],
])('whether %j wants JSON is known however wrong the rest is', (argv, wanted) => {
  expect(wantsJson(argv)).toBe(wanted);
});
