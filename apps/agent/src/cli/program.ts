import type { Program } from '@stoker/command-line';
import { commandSpecs, type CommandName } from './commands.ts';
import { optionSpecs, type OptionName } from './options.ts';

/** The agent as people call it. */
export const program: Program<CommandName, OptionName> = {
  name: 'stoker-agent',
  executable: 'stoker-agent',
  summary: 'stoker-agent keeps the folder of an Ignition gateway equal to a folder in git.',
  commands: commandSpecs,
  options: optionSpecs,
  exitCodes: {
    0: 'done',
    1: 'failed, the target is unchanged',
    2: 'the command line is wrong',
    3: 'refused for safety',
    4: 'another sync holds the target',
  },
};
