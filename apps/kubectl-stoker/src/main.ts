#!/usr/bin/env node
import { run } from './run.ts';

const stop = new AbortController();

// Whoever read our output has gone (`logs | head`): that is no fault of ours.
process.stdout.on('error', () => stop.abort());

// Signals are nobody's here: a shell ends its loop only with a command that has died of Ctrl-C.
process.exitCode = await run(process.argv.slice(2), { ...process, stop: stop.signal });
