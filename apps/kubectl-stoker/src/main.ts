#!/usr/bin/env node
import { run } from './run.ts';

const stop = new AbortController();

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has gone (`logs | head`): that is no fault of ours.
  if (error.code === 'EPIPE') return stop.abort();
  process.stderr.write(`kubectl stoker: ${error.message}\n`);
  process.exit(1);
});

// Signals are nobody's here: a shell ends its loop only with a command that has died of Ctrl-C.
process.exitCode = await run(process.argv.slice(2), { ...process, stop: stop.signal });
