// One part of Kubernetes as a child process: its log in a file, its pid beside it, ready when its probe says so.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kubeBinary } from '../cluster/kubeBinary.ts';

export interface KubeProcess {
  /** Ends the process and waits until it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts `applet` and waits until `isReady`. Throws with the end of its log when it dies first or is not ready within
 * `timeoutMs`; nothing is left running then.
 */
export async function startKubeProcess(options: {
  applet: 'etcd' | 'kube-apiserver';
  args: readonly string[];
  folder: string;
  isReady: () => Promise<boolean>;
  timeoutMs: number;
}): Promise<KubeProcess> {
  const { applet, folder } = options;
  const logFile = join(folder, `${applet}.log`);
  const pidFile = join(folder, `${applet}.pid`);
  const log = openSync(logFile, 'a');
  const child = spawn(kubeBinary(), options.args, { argv0: applet, cwd: folder, stdio: ['ignore', log, log] });
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
      throw new Error(`${applet} ${died ? 'died' : 'was not ready in time'}:\n${tail}`);
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
