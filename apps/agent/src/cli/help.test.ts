import { expect, test } from '@jest/globals';
import { commandSpecs, type CommandName } from './commands.ts';
import { renderHelp } from './help.ts';
import { parseArguments } from './parseArguments.ts';

const commands = Object.keys(commandSpecs) as CommandName[];

test('the overview names every command and every exit code', () => {
  const text = renderHelp(undefined);
  for (const command of commands) expect(text).toContain(`  ${command} `);
  for (const code of [0, 1, 2, 3, 4]) expect(text).toContain(`  ${code}  `);
});

test.each(commands)('every example in the help of %s is a command line that parses', (command) => {
  expect(renderHelp(command)).toContain(commandSpecs[command].examples[0]);
  for (const example of commandSpecs[command].examples) {
    const [program, ...argv] = example.replaceAll('\\\n', ' ').split(/\s+/);
    expect(program).toBe('stoker-agent');
    expect(parseArguments(argv)).toMatchObject({ kind: 'run', invocation: { command } });
  }
});
