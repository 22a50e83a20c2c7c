import type { CommandSpec, OptionSpec, Program } from './program.ts';

/** The text of `PROGRAM --help`, or of `PROGRAM COMMAND --help`. */
export function renderHelp(program: Program, command: string | undefined): string {
  const spec = command === undefined ? undefined : program.commands[command];
  return command === undefined || spec === undefined ? overview(program) : ofCommand(program, command, spec);
}

function overview(program: Program): string {
  const commands = Object.entries(program.commands);
  return `${program.summary}

Usage: ${program.name} COMMAND [OPTIONS]

Commands
${columns(commands.map(([name, { summary }]) => [name, summary]))}

Each command explains itself: ${program.name} ${commands[0]?.[0]} --help. The version: ${program.name} --version.

Example
  ${commands[0]?.[1].examples[0]}

${exitCodes(program)}`;
}

function ofCommand(program: Program, name: string, spec: CommandSpec): string {
  const words = spec.words.map((word) => (word.needed ? word.name : `[${word.name}]`));
  const required = (spec.required ?? []).map((option) => `--${option} ${program.options[option]?.value}`);
  const isWhole = spec.options.length === required.length;
  const usage = [program.name, name, ...words, ...required, ...(isWhole ? [] : ['[OPTIONS]'])];
  const options = spec.options.flatMap((option) => {
    const described = program.options[option];
    return described === undefined ? [] : [[flag(option, described), describe(described)] as const];
  });
  return `${spec.about}

Usage: ${usage.join(' ')}
${options.length > 0 ? `\nOptions\n${columns(options)}\n` : ''}
Examples
${spec.examples.map((example) => `  ${example}`).join('\n')}

${exitCodes(program)}`;
}

function exitCodes({ exitCodes: codes }: Program): string {
  return `Exit codes\n${columns(Object.entries(codes))}\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`).join('\n');
}

function flag(name: string, { short, value }: OptionSpec): string {
  const both = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return value === undefined ? both : `${both} ${value}`;
}

function describe(spec: OptionSpec): string {
  const repeatable = spec.repeatable ? 'repeatable' : undefined;
  const notes = [
    spec.choices?.join(', '),
    repeatable,
    spec.default === undefined ? undefined : `default ${spec.default}`,
  ];
  const shown = notes.filter((note) => note !== undefined).join('; ');
  return shown === '' ? spec.summary : `${spec.summary} (${shown})`;
}
