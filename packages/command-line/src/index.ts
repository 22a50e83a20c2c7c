export { completeWords } from './completeWords.ts';
export { completionScript, shells } from './completionScript.ts';
export { nearest } from './nearest.ts';
export { type Invocation, parseArguments } from './parseArguments.ts';
export { printable } from './printable.ts';
export type { CommandSpec, OptionSpec, Program } from './program.ts';
export { renderHelp } from './renderHelp.ts';
export { usageError } from './usageError.ts';
