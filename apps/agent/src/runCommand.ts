import { renderHelp } from '@stoker/command-line';
import { describeError } from '@stoker/errors';
import { exitCodeOf, exitCodes } from './cli/exitCode.ts';
import { describeFailure, failedOutcome } from './cli/output.ts';
import { parseArguments, wantsJson, type Invocation } from './cli/parseArguments.ts';
import { program } from './cli/program.ts';
import type { Terminal } from './cli/terminal.ts';
import { version } from './version.ts';

/** What a command gets from its process. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  /** Module of the sync thread. */
  readonly syncWorker: URL;
}

/** Carries out a command line. Resolves to the exit code; what went wrong has been said by then. */
export async function runCommand(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings.terminal;
  try {
    const parsed = parseArguments(argv);
    if (parsed.kind === 'run') return await run(parsed.invocation, surroundings);
    stdout.write(parsed.kind === 'help' ? renderHelp(program, parsed.command) : `${version}\n`);
    return exitCodes.done;
  } catch (error) {
    if (wantsJson(argv)) stdout.write(`${JSON.stringify(failedOutcome(error, {}))}\n`);
    else stderr.write(`stoker-agent: ${describeFailure(describeError(error))}\n`);
    return exitCodeOf(error);
  }
}

/** Each command loads its own code: a sync on bare metal never loads what talks to a cluster. */
async function run(invocation: Invocation, { terminal, env, stop, syncWorker }: Surroundings): Promise<number> {
  switch (invocation.command) {
    case 'sync':
    case 'diff':
      return (await import('./standalone/sync.ts')).runSync(invocation, terminal, env, stop);
    case 'watch':
      return (await import('./standalone/watch.ts')).runWatch(invocation, terminal, env, stop);
    case 'status':
    case 'recover':
    case 'clean':
      return (await import('./standalone/inspect.ts')).runInspect(invocation, terminal);
    case 'sidecar':
      return (await import('./sidecar/startSidecar.ts')).runInPod(invocation, env, stop, syncWorker);
  }
}
