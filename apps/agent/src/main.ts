#!/usr/bin/env node
import { describeError } from '@stoker/errors';
import { exitCodeOf, exitCodes } from './cli/exitCode.ts';
import { renderHelp } from './cli/help.ts';
import { describeFailure, failedOutcome } from './cli/output.ts';
import { parseArguments, wantsJson, type Invocation } from './cli/parseArguments.ts';
import { cancelled } from './converge/cancelled.ts';
import { version } from './version.ts';

/** Beside this file, from the sources, the build and the bundle alike. */
const syncWorker = new URL(import.meta.url.endsWith('.ts') ? './syncWorker.ts' : './syncWorker.js', import.meta.url);

/** Each command loads its own code: a sync on bare metal never loads what talks to a cluster. */
async function run(invocation: Invocation, stop: AbortSignal): Promise<number> {
  switch (invocation.command) {
    case 'sync':
    case 'diff':
      return (await import('./standalone/sync.ts')).runSync(invocation, process, process.env, stop);
    case 'watch':
      return (await import('./standalone/watch.ts')).runWatch(invocation, process, process.env, stop);
    case 'status':
    case 'recover':
    case 'clean':
      return (await import('./standalone/inspect.ts')).runInspect(invocation, process);
    case 'sidecar':
      return (await import('./sidecar/startSidecar.ts')).runInPod(invocation, process.env, stop, syncWorker);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(cancelled()));
  try {
    const parsed = parseArguments(argv);
    if (parsed.kind === 'run') return await run(parsed.invocation, stop.signal);
    process.stdout.write(parsed.kind === 'help' ? renderHelp(parsed.command) : `${version}\n`);
    return exitCodes.done;
  } catch (error) {
    if (wantsJson(argv)) process.stdout.write(`${JSON.stringify(failedOutcome(error, {}))}\n`);
    else process.stderr.write(`stoker-agent: ${describeFailure(describeError(error))}\n`);
    return exitCodeOf(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
