import { describeError } from '@stoker/errors';

/**
 * A program from its command line on: answers `--help` and `--version`, else calls `run`, which returns when all has started.
 * What it cannot start with is one line on stderr; the process ends with 2 on `InvalidUsage`, with 1 on anything else.
 */
export async function runProgram<Options>(program: {
  readonly name: string;
  readonly version: string;
  readonly help: string;
  readonly parseOptions: (argv: readonly string[], env: NodeJS.ProcessEnv) => Options | 'help' | 'version';
  readonly run: (options: Options) => Promise<void>;
}): Promise<void> {
  const { name, version, help, parseOptions, run } = program;
  try {
    const options = parseOptions(process.argv.slice(2), process.env);
    if (options === 'help') process.stdout.write(help);
    else if (options === 'version') process.stdout.write(`${version}\n`);
    else await run(options);
  } catch (error) {
    const { reason, message, hint } = describeError(error);
    process.stderr.write(`${name}: ${message}${hint === undefined ? '' : `; ${hint}`}\n`);
    process.exit(reason === 'InvalidUsage' ? 2 : 1);
  }
}
