#!/usr/bin/env node
import { run } from './run.ts';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

// Whoever read our output has gone (`logs | head`): that is no fault of ours.
process.stdout.on('error', () => stop.abort());

process.exitCode = await run(process.argv.slice(2), { ...process, stop: stop.signal });
