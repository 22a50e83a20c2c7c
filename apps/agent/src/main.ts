#!/usr/bin/env node
import { cancelled } from './converge/cancelled.ts';
import { runCommand } from './runCommand.ts';

/** Beside this file, from the sources, the build and the bundle alike. */
const syncWorker = new URL(import.meta.url.endsWith('.ts') ? './syncWorker.ts' : './syncWorker.js', import.meta.url);

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(cancelled()));

// Whoever read our output has gone (`diff | head`): end as after SIGTERM, not with a crash in the middle of a sync.
process.stdout.on('error', () => stop.abort(cancelled()));

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: process,
  env: process.env,
  stop: stop.signal,
  syncWorker,
});
