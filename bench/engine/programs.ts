import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';

/** What one run of one program took. */
export interface Measurement {
  readonly ms: number;
  readonly cpuSeconds: number;
  /** Undefined where the program does not tell. */
  readonly peakBytes: number | undefined;
  readonly bytesWritten?: number;
}

/** One state that targets are to reach: as a commit for us, as a checkout for the others. */
export interface State {
  readonly commit: string;
  readonly checkout: string;
}

export interface Program {
  /** Makes a target equal to a state, and tells what that took. */
  sync(state: State, target: string): Measurement;
  /** The same from nothing but a repository; what is fetched lies in a new folder. */
  fetchAndSync(state: State & { readonly repository: string }, fetched: string, target: string): Measurement;
}

const here = import.meta.dirname;

/** Ours, as it is delivered: one bundled file, with the flags that node has in the agent's image. */
export function ours(folder: string, cache: string): Program {
  const program = bundle(join(here, 'ours.ts'), join(folder, 'ours'));
  const run = (...args: readonly string[]): Measurement =>
    printed(process.execPath, ['--v8-pool-size=1', '--max-semi-space-size=1', program, ...args]);
  return {
    sync: ({ commit }, target) => run(cache, commit, target),
    fetchAndSync: ({ commit, repository }, fetched, target) => run(fetched, commit, target, repository),
  };
}

/** What an operator without a manifest does, in Go; built on first use. Throws where there is no Go. */
export function peer(folder: string): Program {
  const binary = join(folder, 'peer');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(here, '../peers/sync'), stdio: 'inherit' });
  return fromCheckout((checkout, target) => printed(binary, [checkout, join(target, 'data')]));
}

/** `rsync -a --delete --checksum` from a checkout. */
export function rsync(): Program {
  return fromCheckout((checkout, target) => {
    mkdirSync(join(target, 'data'), { recursive: true });
    return timed('rsync -a --delete --checksum --exclude=.git "$1/" "$2/"', [checkout, join(target, 'data')]);
  });
}

/** Of one that needs a checkout, making that is a part of the way from git. */
function fromCheckout(sync: (checkout: string, target: string) => Measurement): Program {
  return {
    sync: ({ checkout }, target) => sync(checkout, target),
    fetchAndSync({ repository }, fetched, target) {
      const cloned = timed('git clone --quiet --depth=1 "file://$1" "$2"', [repository, fetched]);
      const { ms, cpuSeconds, peakBytes } = sync(fetched, target);
      return { ms: cloned.ms + ms, cpuSeconds: cloned.cpuSeconds + cpuSeconds, peakBytes };
    },
  };
}

/** The shell's own `time` counts the processor time of all processes of a command. */
function timed(command: string, args: readonly string[]): Measurement {
  const script = `{ TIMEFORMAT="%R %U %S"; time ${command}; } 2>&1`;
  const output = execFileSync('bash', ['-c', script, 'bash', ...args], { encoding: 'utf8' });
  const [real = NaN, user = NaN, system = NaN] = output.trim().split(' ').map(Number);
  return { ms: real * 1000, cpuSeconds: user + system, peakBytes: undefined };
}

function printed(file: string, args: readonly string[]): Measurement {
  return JSON.parse(execFileSync(file, args, { encoding: 'utf8' }));
}
