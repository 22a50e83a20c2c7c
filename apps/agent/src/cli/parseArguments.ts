import { parseArgs } from 'node:util';
import { commandSpecs, type CommandName, type CommandSpec } from './commands.ts';
import { nearest } from './nearest.ts';
import { optionSpecs, type OptionName, type OptionSpec } from './options.ts';
import { usageError } from './usageError.ts';

/** A checked command line. Defaults are filled in; required options are present. */
export interface Invocation {
  readonly command: CommandName;
  readonly values: Readonly<Partial<Record<OptionName, string>>>;
  /** `--set`, later ones win. */
  readonly set: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'version' };

/**
 * Reads `argv` (without node and script). Pure: looks at no file and no environment.
 * @throws StokerError `Usage`, which names what was meant where that can be guessed
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  if (argv.length === 0) throw usageError('no command given', `one of ${Object.keys(commandSpecs).join(', ')}`);
  const [first = '', ...rest] = argv;
  if (first === '--version') return { kind: 'version' };
  if (first === '--help' || first === '-h' || first === 'help') {
    return { kind: 'help', command: rest.find(isCommand) };
  }
  if (!isCommand(first)) throw unknownCommand(first);
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command: first };
  return { kind: 'run', invocation: parseOptions(first, rest) };
}

/** Whether JSON was asked for; also answers for command lines that are wrong elsewhere, so that their error is JSON too. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => word === '--output=json' || (word === '--output' && argv[index + 1] === 'json'));
}

function parseOptions(command: CommandName, args: readonly string[]): Invocation {
  const spec: CommandSpec = commandSpecs[command];
  const known = [...spec.required, ...spec.optional];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      known.map((name) => [name, { type: specOf(name).value === undefined ? 'boolean' : 'string' }] as const),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values: Partial<Record<OptionName, string>> = {};
  const set: Record<string, string> = {};
  let dryRun = false;
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw usageError(`unexpected argument "${token.value}"`, 'every value needs its option, as in --target DIR');
    if (token.kind !== 'option') continue;
    const name = known.find((candidate) => candidate === token.name);
    if (name === undefined) throw unknownOption(command, token.rawName, token.name, known);
    if (name === 'dry-run') {
      if (token.value !== undefined) throw usageError('--dry-run takes no value', 'write --dry-run alone');
      dryRun = true;
      continue;
    }
    const value = checkValue(name, token.value, token.inlineValue === true);
    if (name === 'set') Object.assign(set, parseAssignment(value));
    else if (values[name] !== undefined) throw usageError(`--${name} is given twice`, 'give it once');
    else values[name] = value;
  }
  const missing = spec.required.filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw usageError(`${command} needs ${missing.map((name) => `--${name} ${specOf(name).value}`).join(' and ')}`);
  }
  for (const name of known) {
    const fallback = specOf(name).default;
    if (fallback !== undefined) values[name] ??= fallback;
  }
  return { command, values, set, dryRun };
}

function checkValue(name: OptionName, value: string | undefined, inline: boolean): string {
  const spec = specOf(name);
  if (value === undefined || value === '' || (!inline && value.startsWith('--'))) {
    throw usageError(`--${name} needs a value`, `--${name} ${spec.value}`);
  }
  if (spec.choices && !spec.choices.includes(value)) {
    throw usageError(`--${name} cannot be "${value}"`, `one of ${spec.choices.join(', ')}`);
  }
  return value;
}

function parseAssignment(text: string): Record<string, string> {
  const separator = text.indexOf('=');
  const key = text.slice(0, separator);
  if (separator < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    throw usageError(`--set cannot be "${text}"`, 'write --set key=value; a key has letters, digits and _');
  }
  return { [key]: text.slice(separator + 1) };
}

function unknownCommand(typed: string) {
  const meant = nearest(typed, Object.keys(commandSpecs));
  if (typed.startsWith('-'))
    return usageError(`the command comes first, before "${typed}"`, 'stoker-agent sync --help');
  return usageError(
    `unknown command "${typed}"`,
    meant ? `did you mean "${meant}"?` : `one of ${Object.keys(commandSpecs).join(', ')}`,
  );
}

function unknownOption(command: CommandName, raw: string, typed: string, known: readonly OptionName[]) {
  const meant = nearest(typed, known);
  return usageError(
    `${command} has no option ${raw}`,
    meant ? `did you mean --${meant}?` : `stoker-agent ${command} --help lists its options`,
  );
}

function isCommand(word: string): word is CommandName {
  return Object.hasOwn(commandSpecs, word);
}

function specOf(name: OptionName): OptionSpec {
  return optionSpecs[name];
}
