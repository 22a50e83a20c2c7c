import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import type { CommandSpec, OptionSpec, Program } from './program.ts';
import { usageError } from './usageError.ts';

/** A checked command line. Defaults are filled in; words and options that are needed are present. */
export interface Invocation<Command extends string = string, Option extends string = string> {
  readonly command: Command;
  readonly words: readonly string[];
  readonly values: Readonly<Partial<Record<Option, string>>>;
  /** Of options that may be repeated, as they came. */
  readonly lists: Readonly<Partial<Record<Option, readonly string[]>>>;
  readonly switches: ReadonlySet<Option>;
}

type Parsed<Command extends string, Option extends string> =
  | { readonly kind: 'run'; readonly invocation: Invocation<Command, Option> }
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' };

/**
 * Reads `argv` (without node and script). Pure: looks at no file and no environment.
 * @throws StokerError `Usage`, which names what was meant where that can be guessed
 */
export function parseArguments<Command extends string, Option extends string>(
  program: Program<Command, Option>,
  argv: readonly string[],
): Parsed<Command, Option> {
  const names = Object.keys(program.commands) as Command[];
  const isCommand = (word: string): word is Command => Object.hasOwn(program.commands, word);
  const [first, ...rest] = argv;
  if (first === undefined) throw usageError('no command given', `one of ${names.join(', ')}`);
  if (first === '--version') return { kind: 'version' };
  const topic = rest.find((word) => !word.startsWith('-'));
  if (first === 'help' && topic !== undefined && !isCommand(topic)) throw unknownCommand(topic, names);
  if (first === '--help' || first === '-h' || first === 'help') return { kind: 'help', command: rest.find(isCommand) };
  if (first.startsWith('-')) {
    throw usageError(`the command comes first, before "${first}"`, `${program.name} --help`);
  }
  if (!isCommand(first)) throw unknownCommand(first, names);
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command: first };
  return { kind: 'run', invocation: parseCommand(program, first, rest) };
}

function parseCommand<Command extends string, Option extends string>(
  program: Program<Command, Option>,
  command: Command,
  args: readonly string[],
): Invocation<Command, Option> {
  const spec = program.commands[command];
  const words: string[] = [];
  const values: Partial<Record<Option, string>> = {};
  const lists: Partial<Record<Option, readonly string[]>> = {};
  const switches = new Set<Option>();
  for (const token of tokensOf(program, spec, args)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const name = spec.options.find((option) => option === token.name);
    if (name === undefined) throw unknownOption(program, command, token.rawName, token.name);
    const option = program.options[name];
    if (option.value === undefined) {
      if (token.value !== undefined) throw usageError(`--${name} takes no value`, `write --${name} alone`);
      switches.add(name);
    } else if (option.repeatable) {
      lists[name] = [...(lists[name] ?? []), checkValue(name, option, token)];
    } else if (values[name] === undefined) {
      values[name] = checkValue(name, option, token);
    } else {
      throw usageError(`--${name} is given twice`, 'give it once');
    }
  }
  checkWords(program, command, words);
  const missing = (spec.required ?? []).filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw usageError(
      `${command} needs ${missing.map((name) => `--${name} ${program.options[name].value}`).join(' and ')}`,
    );
  }
  for (const name of spec.options) {
    const fallback = program.options[name].default;
    if (fallback !== undefined) values[name] ??= fallback;
  }
  return { command, words, values, lists, switches };
}

function tokensOf<Option extends string>(
  { options }: Program<string, Option>,
  spec: CommandSpec<Option>,
  args: readonly string[],
) {
  const known = spec.options.map((name) => {
    const { value, short } = options[name];
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [name, { type, ...(short === undefined ? {} : { short }) }] as const;
  });
  const config = { args: [...args], options: Object.fromEntries(known), strict: false, tokens: true } as const;
  return parseArgs({ ...config, allowPositionals: true }).tokens;
}

function checkValue(
  name: string,
  option: OptionSpec,
  {
    rawName,
    value: given,
    inlineValue,
  }: {
    readonly rawName: string;
    readonly value?: string | undefined;
    readonly inlineValue?: boolean | undefined;
  },
): string {
  // `-n=plant` is `-nplant`, as for kubectl.
  const value = inlineValue === true && !rawName.startsWith('--') ? given?.replace(/^=/, '') : given;
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'))) {
    throw usageError(`--${name} needs a value`, `--${name} ${option.value}`);
  }
  if (option.choices && !option.choices.includes(value)) {
    throw usageError(`--${name} cannot be "${value}"`, `one of ${option.choices.join(', ')}`);
  }
  return value;
}

function checkWords<Command extends string>(
  program: Program<Command>,
  command: Command,
  words: readonly string[],
): void {
  const taken = program.commands[command].words;
  const help = `${program.name} ${command} --help`;
  const missing = taken.filter(({ needed }, index) => needed && words[index] === undefined);
  if (missing.length > 0) throw usageError(`${command} needs ${missing.map(({ name }) => name).join(' and ')}`, help);
  const [unexpected] = words.slice(taken.length);
  if (unexpected !== undefined) throw usageError(`unexpected argument "${unexpected}"`, help);
  for (const [index, { name, choices }] of taken.entries()) {
    const word = words[index];
    if (word === undefined || !choices || choices.includes(word)) continue;
    const meant = nearest(word, choices);
    throw usageError(
      `${name} cannot be "${word}"`,
      meant ? `did you mean "${meant}"?` : `one of ${choices.join(', ')}`,
    );
  }
}

function unknownCommand(typed: string, names: readonly string[]) {
  const meant = nearest(typed, names);
  return usageError(`unknown command "${typed}"`, meant ? `did you mean "${meant}"?` : `one of ${names.join(', ')}`);
}

function unknownOption<Command extends string>(
  program: Program<Command>,
  command: Command,
  raw: string,
  typed: string,
) {
  const meant = nearest(typed, program.commands[command].options);
  const hint = meant ? `did you mean --${meant}?` : `${program.name} ${command} --help lists its options`;
  return usageError(`${command} has no option ${raw}`, hint);
}
