import { expect, test } from '@jest/globals';
import { renderHelp } from './renderHelp.ts';
import { kettle } from './testing/program.ts';

test('the overview has every command and exit code', () => {
  expect(renderHelp(kettle, undefined)).toBe(`kettle boils water.

Usage: kitchen kettle COMMAND [OPTIONS]

Commands
  boil  make it hot
  pour  fill a cup
  brew  make tea

Each command explains itself: kitchen kettle boil --help. The version: kitchen kettle --version.

Example
  kitchen kettle boil tap

Exit codes
  0  hot
  2  cold
`);
});

test('the help of a command has its words, options and examples', () => {
  expect(renderHelp(kettle, 'pour')).toBe(`Fills a cup.

Usage: kitchen kettle pour [CUP] [OPTIONS]

Options
  -o, --output FORMAT  how to say it (text, json; default text)
  -t, --to WHOM        who drinks it

Examples
  kitchen kettle pour small

Exit codes
  0  hot
  2  cold
`);
});

test('options that have to be given stand in the usage', () => {
  const text = renderHelp(kettle, 'brew');
  expect(text).toContain('Usage: kitchen kettle brew --leaf NAME [OPTIONS]\n');
  expect(text).toContain('--add WHAT   what goes in (repeatable)\n');
});

test('a command without options ends its usage with its words', () => {
  const commands = { ...kettle.commands, boil: { ...kettle.commands.boil, options: [] } };
  expect(renderHelp({ ...kettle, commands }, 'boil')).toContain('Usage: kitchen kettle boil WATER\n');
});
