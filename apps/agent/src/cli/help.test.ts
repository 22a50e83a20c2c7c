import { expect, test } from '@jest/globals';
import { renderHelp } from '@stoker/command-line';
import { commandSpecs, type CommandName } from './commands.ts';
import { parseArguments } from './parseArguments.ts';
import { program } from './program.ts';

const commands = Object.keys(commandSpecs) as CommandName[];

test('the overview names every command and every exit code', () => {
  const text = renderHelp(program, undefined);
  for (const command of commands) expect(text).toContain(`  ${command} `);
  for (const code of [0, 1, 2, 3, 4]) expect(text).toContain(`  ${code}  `);
});

test.each(commands)('every example in the help of %s is a command line that parses', (command) => {
  expect(renderHelp(program, command)).toContain(commandSpecs[command].examples[0]);
  for (const example of commandSpecs[command].examples) {
    const [name, ...argv] = example.replaceAll('\\\n', ' ').split(/\s+/);
    expect(name).toBe('stoker-agent');
    expect(parseArguments(argv)).toMatchObject({ kind: 'run', invocation: { command } });
  }
});
