// A server as a child process: its log in a file, its pid beside it, ready when its probe says so.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcess {
  /** Ends the process and waits until it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts `program` under `name` and waits until `isReady`. Throws with the end of its log when it dies first or is not ready within
 * `timeoutMs`; nothing is left running then.
 */
export async function startServerProcess(options: {
  name: string;
  program: string;
  args: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
  folder: string;
  isReady: () => Promise<boolean>;
  timeoutMs: number;
}): Promise<ServerProcess> {
  const { name, folder } = options;
  const logFile = join(folder, `${name}.log`);
  const pidFile = join(folder, `${name}.pid`);
  const log = openSync(logFile, 'a');
  const child = spawn(options.program, options.args, {
    argv0: name,
    cwd: folder,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined); // seen below: such a child never has a pid
  if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`);
  const stop = async (signal: NodeJS.Signals) => {
    await ended(child, signal);
    rmSync(pidFile, { force: true });
  };
  const deadline = performance.now() + options.timeoutMs;
  while (!(await options.isReady())) {
    const died = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (died || performance.now() > deadline) {
      await stop('SIGKILL');
      const tail = readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n');
      throw new Error(`${name} ${died ? 'died' : 'was not ready in time'}:\n${tail}`);
    }
    await delay(50);
  }
  return { stop };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((gone) => {
    child.once('exit', gone);
    child.kill(signal);
  });
}

/** A process that outlives a killed parent just long enough to end its children: its standard input closes with the parent. */
export function guardFolder(folder: string): ChildProcess {
  const script = 'read -r _; cat "$1"/*.pid | xargs kill -9; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}
