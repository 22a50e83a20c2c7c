import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Place, substitute } from './runBlock.ts';

/**
 * Runs commands the last of which goes on for ever, until it is as it should be, judged also by what was said so far. Ends it then
 * as systemd and the kubelet do and answers its exit code. Throws with what was said when it ends before, or it takes too long.
 */
export async function runUntil(
  commands: string,
  isAsItShouldBe: (output: string) => boolean | Promise<boolean>,
  { folder, substitutions, env }: Place,
): Promise<number | null> {
  const shell = ['-euo', 'pipefail', '-c', await substitute(commands, substitutions)];
  const child = spawn('bash', shell, { cwd: folder, env: { ...process.env, ...env }, stdio: 'pipe' });
  const ended = once(child, 'close');
  const deadline = Date.now() + 45_000; // before jest gives up, which would leave it running
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  try {
    while (!(await isAsItShouldBe(output))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended too early:\n${output}`);
      if (Date.now() > deadline) throw new Error(`it is not as it should be yet:\n${output}`);
      await delay(50);
    }
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  } finally {
    child.kill('SIGKILL');
  }
}
