import { parseArgs } from 'node:util';

/** What a bench is asked for. */
export interface BenchOptions<Name extends string> {
  readonly counts: Readonly<Record<Name, number>>;
  readonly isJson: boolean;
}

/**
 * Reads the command line of a bench: `--NAME N` for each of the defaults, `--output json`, `--help`. Ends the program after the
 * help, and with 2 after a sentence on what cannot be read.
 */
export function readOptions<Name extends string>(
  help: string,
  defaults: Readonly<Record<Name, number>>,
): BenchOptions<Name> {
  const names = Object.keys(defaults) as Name[];
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        ...Object.fromEntries(names.map((name) => [name, string])),
        output: string,
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    const { output = 'text' } = values;
    if (output !== 'text' && output !== 'json') throw new Error(`--output is "${output}"; write text or json`);
    const given: Readonly<Record<string, unknown>> = values;
    const counts = names.map((name) => [name, countOf(name, given[name], defaults[name])] as const);
    return { counts: Object.fromEntries(counts) as Record<Name, number>, isJson: output === 'json' };
  } catch (error) {
    console.error(`${Error.isError(error) ? error.message : String(error)}\n\n${help}`);
    return process.exit(2);
  }
}

function countOf(name: string, given: unknown, fallback: number): number {
  if (given === undefined) return fallback;
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given);
  throw new Error(`--${name} is ${JSON.stringify(given)}; write a number`);
}
