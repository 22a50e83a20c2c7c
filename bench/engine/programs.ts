import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

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

/** Makes a target equal to a state, and tells what that took. */
export type Program = (state: State, target: string) => Measurement;

const here = import.meta.dirname;

/** Ours, from a git repository that has the commits, with the flags that node has in the agent's image. */
export function ours(cache: string): Program {
  const small = ['--v8-pool-size=1', '--max-semi-space-size=1'];
  const fromSources = ['--conditions=@stoker/source', '--disable-warning=ExperimentalWarning', join(here, 'ours.ts')];
  return ({ commit }, target) => printed(process.execPath, [...small, ...fromSources, cache, commit, target]);
}

/** What an operator without a manifest does, in Go; built on first use. Throws where there is no Go. */
export function peer(folder: string): Program {
  const binary = join(folder, 'peer');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(here, '../peers/sync'), stdio: 'inherit' });
  return ({ checkout }, target) => printed(binary, [checkout, join(target, 'data')]);
}

/** `rsync -a --delete --checksum` from a checkout. Throws where there is no rsync. */
export function rsync(): Program {
  execFileSync('rsync', ['--version'], { stdio: 'ignore' });
  return ({ checkout }, target) => {
    mkdirSync(join(target, 'data'), { recursive: true });
    // The shell's own `time` counts the processor time of rsync's two processes.
    const timed = 'TIMEFORMAT="%R %U %S"; time rsync -a --delete --checksum --exclude=.git "$1/" "$2/"';
    const output = execFileSync('bash', ['-c', `{ ${timed}; } 2>&1`, 'bash', checkout, join(target, 'data')], {
      encoding: 'utf8',
    });
    const [real = NaN, user = NaN, system = NaN] = output.trim().split(' ').map(Number);
    return { ms: real * 1000, cpuSeconds: user + system, peakBytes: undefined };
  };
}

function printed(file: string, args: readonly string[]): Measurement {
  return JSON.parse(execFileSync(file, args, { encoding: 'utf8' }));
}
