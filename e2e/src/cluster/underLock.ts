// One at a time: the cluster and what set-up builds exist once for the machine, and two commands would tread on each other.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { hasProgram } from './runProgram.ts';

/**
 * Runs `work` while no other process holds the lock of that name. The kernel keeps the lock, so a killed process leaves none behind.
 * Without the program `flock` (macOS) nothing is locked.
 */
export async function underLock<T>(name: 'cluster' | 'setup', work: () => Promise<T>): Promise<T> {
  if (!hasProgram('flock')) return work();
  mkdirSync(cacheFolder, { recursive: true });
  const file = join(cacheFolder, `${name}.lock`);
  // `cat` holds the lock for as long as its standard input, ours, stays open.
  const holder = spawn('flock', ['--no-fork', file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = setTimeout(() => console.error(`  waiting for another ${name} command to end`), 1_000);
  try {
    await new Promise((locked, failed) => {
      holder.stdout.once('data', locked);
      holder.once('error', failed);
      holder.once('exit', (code) => failed(new Error(`flock ${file} ended with ${code}`)));
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
