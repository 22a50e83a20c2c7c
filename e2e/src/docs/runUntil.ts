import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Place, substitute } from './runBlock.ts';

/**
 * Runs commands the last of which goes on for ever, until one has said `text`, then ends it as systemd and the kubelet do. Answers
 * its exit code. Throws with what was said when it ends before.
 */
export async function runUntil(commands: string, text: string, { folder, substitutions, env }: Place) {
  const shell = ['-euo', 'pipefail', '-c', await substitute(commands, substitutions)];
  const child = spawn('bash', shell, { cwd: folder, env: { ...process.env, ...env }, stdio: 'pipe' });
  try {
    let output = '';
    const ended = once(child, 'close');
    const heard = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (said: string) => {
          output += said;
          if (output.includes(text)) resolve();
        });
    });
    await Promise.race([heard, ended]);
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
    child.kill('SIGTERM');
    const [code] = await ended;
    return code as number | null;
  } finally {
    child.kill('SIGKILL');
  }
}
