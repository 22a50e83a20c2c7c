import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommand } from '../runCommand.ts';

export interface AgentRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningAgent {
  readonly process: ChildProcess;
  /** Everything it has written to stdout so far. */
  readonly output: () => string;
  readonly ended: Promise<AgentRun>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const sources = ['--conditions=@stoker/source', '--disable-warning=ExperimentalWarning'];

/** Starts the agent from its sources as a process of its own. */
export function startAgent(
  args: readonly string[],
  { env = {}, nodeArgs = [] }: { readonly env?: NodeJS.ProcessEnv; readonly nodeArgs?: readonly string[] } = {},
): RunningAgent {
  const { NODE_OPTIONS: _ours, ...inherited } = process.env;
  const child = spawn(process.execPath, [...sources, ...nodeArgs, main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (written += piece));
  const ended = Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]).then(([stderr, code]) => ({ code, stdout: written, stderr }));
  return { process: child, output: () => written, ended };
}

/** Carries out a command line in this process: for tables of what the command line decides, since a process takes long. */
export async function runHere(args: readonly string[], env: NodeJS.ProcessEnv): Promise<AgentRun> {
  const written = { stdout: '', stderr: '' };
  const capture = (name: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(piece, _encoding, done) {
        written[name] += String(piece);
        done();
      },
    });
  const terminal = { stdout: capture('stdout'), stderr: capture('stderr') };
  const stop = new AbortController().signal;
  const code = await runCommand(args, {
    terminal,
    env,
    stop,
    syncWorker: new URL('../syncWorker.ts', import.meta.url),
  });
  return { code, ...written };
}

/** Runs the agent to its end. */
export function runAgent(args: readonly string[], options: Parameters<typeof startAgent>[1] = {}): Promise<AgentRun> {
  return startAgent(args, options).ended;
}
