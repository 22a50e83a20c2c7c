export { endProcess, toldToEnd } from './endProcess.ts';
export { startHealthServer } from './health.ts';
export { listen, type Listening } from './listen.ts';
export { type Address, addressOf, invalidUsage, listOf, oneOf, ownNamespace } from './optionValues.ts';
export { runProgram } from './runProgram.ts';
