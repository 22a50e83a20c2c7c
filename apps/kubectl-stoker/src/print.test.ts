import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { print, printFailure } from './print.ts';

/** What stands for itself in a terminal, and what a repository or a pod may have put into a name or a message instead. */
const shown: readonly { readonly text: string; readonly expected: string }[] = [
  { text: 'Wasserwerk Süd, 浄水場', expected: 'Wasserwerk Süd, 浄水場' },
  { text: '\u001b[31mred', expected: '\\u001b[31mred' },
  { text: '\u009b31mred', expected: '\\u009b31mred' },
  { text: '\u007f\t', expected: '\\u007f\\t' },
  { text: '\u202egnp.exe', expected: '\\u202egnp.exe' },
  { text: '\u2066a\u2069', expected: '\\u2066a\\u2069' },
];

test.each(shown)('nothing else than $expected is shown', ({ text, expected }) => {
  const stdout = new PassThrough();
  print({ text, document: {} }, 'text', stdout);
  expect(String(stdout.read())).toBe(`${expected}\n`);
});

test('text is text for every reader of YAML, also one that takes no for false and a time for an object', () => {
  const stdout = new PassThrough();
  print({ text: '', document: { ref: 'no', tag: '1.10', at: '2026-05-04T10:00:00Z', name: 'plant' } }, 'yaml', stdout);
  expect(String(stdout.read())).toBe('ref: "no"\ntag: "1.10"\nat: "2026-05-04T10:00:00Z"\nname: plant\n');
});

test('a failure is shown as harmlessly', () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  printFailure({ reason: 'NotFound', message: '\u009b2J', hint: '\u009b3J' }, { argv: ['get'], stdout, stderr });
  expect(String(stderr.read())).toBe('kubectl stoker: \\u009b2J\n  \\u009b3J\n');
});
