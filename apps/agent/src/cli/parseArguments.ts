import { parseArguments as parseCommandLine, usageError } from '@stoker/command-line';
import type { CommandName } from './commands.ts';
import type { OptionName } from './options.ts';
import { program } from './program.ts';

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
  const parsed = parseCommandLine(program, argv);
  if (parsed.kind !== 'run') return parsed;
  const { command, values, lists, switches } = parsed.invocation;
  const set = Object.fromEntries((lists.set ?? []).map(parseAssignment));
  return { kind: 'run', invocation: { command, values, set, dryRun: switches.has('dry-run') } };
}

/** Whether JSON was asked for; also answers for command lines that are wrong elsewhere, so that their error is JSON too. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => word === '--output=json' || (word === '--output' && argv[index + 1] === 'json'));
}

function parseAssignment(text: string): readonly [string, string] {
  const separator = text.indexOf('=');
  const key = text.slice(0, separator);
  if (separator < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    throw usageError(`--set cannot be "${text}"`, 'write --set key=value; a key has letters, digits and _');
  }
  return [key, text.slice(separator + 1)];
}
