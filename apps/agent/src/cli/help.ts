import { commandSpecs, type CommandName, type CommandSpec } from './commands.ts';
import { optionSpecs, type OptionName, type OptionSpec } from './options.ts';

const exitCodes = `Exit codes
  0  done            1  failed, the target is unchanged     2  the command line is wrong
  3  refused for safety                                     4  another sync holds the target`;

/** The text of `stoker-agent --help` or `stoker-agent COMMAND --help`. */
export function renderHelp(command: CommandName | undefined): string {
  return command === undefined ? renderOverview() : renderCommand(command, commandSpecs[command]);
}

function renderOverview(): string {
  const names = Object.keys(commandSpecs) as CommandName[];
  const lines = names.map((name) => `  ${name.padEnd(8)}  ${commandSpecs[name].summary}`);
  return `stoker-agent keeps the folder of an Ignition gateway equal to a folder in git.

Usage: stoker-agent COMMAND [OPTIONS]

Commands
${lines.join('\n')}

Each command explains itself: stoker-agent sync --help. The version: stoker-agent --version.

Example
  ${commandSpecs.sync.examples[1]}

${exitCodes}
`;
}

function renderCommand(name: CommandName, spec: CommandSpec): string {
  const required = spec.required.map((option) => `${flag(option)} `).join('');
  const rest = spec.optional.length > 0 ? '[OPTIONS]' : '';
  const listed = [...spec.required, ...spec.optional];
  const width = Math.max(0, ...listed.map((option) => flag(option).length));
  const lines = listed.map((option) => `  ${flag(option).padEnd(width)}  ${describe(optionSpecs[option])}`);
  return `${spec.about}

Usage: stoker-agent ${name} ${required}${rest}

Options
${lines.join('\n')}

Examples
${spec.examples.map((example) => `  ${example}`).join('\n')}
${name === 'sidecar' ? '' : `\n${exitCodes}\n`}`;
}

function flag(name: OptionName): string {
  const spec: OptionSpec = optionSpecs[name];
  return spec.value === undefined ? `--${name}` : `--${name} ${spec.value}`;
}

function describe(spec: OptionSpec): string {
  const notes = [spec.repeatable ? 'repeatable' : '', spec.default === undefined ? '' : `default ${spec.default}`];
  const shown = notes.filter((note) => note !== '').join(', ');
  return shown === '' ? spec.summary : `${spec.summary} (${shown})`;
}
