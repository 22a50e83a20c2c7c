import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuiltImage } from '../../e2e/src/cluster/images/buildImages.ts';
import { median } from '../percentile.ts';

/**
 * Medians of the time that a program of an image takes to tell its version, and a bare node to do nothing, in
 * milliseconds; as the user that it has in a cluster, in the image's files, in turns.
 */
export async function startUpTimes(
  image: BuiltImage,
  user: number,
  runs: number,
): Promise<{ programMs: number; nodeMs: number }> {
  const root = mkdtempSync(join(tmpdir(), 'stoker-image-'));
  const { config } = JSON.parse(image.config.content);
  try {
    for (const { file } of image.layers) execFileSync('tar', ['-C', root, '-xf', file]);
    const start = (command: readonly string[]) => {
      const env = Object.fromEntries(config.Env.map((line: string) => line.split('=', 2)));
      const began = performance.now();
      execFileSync('/usr/sbin/chroot', [`--userspec=${user}:${user}`, root, ...command], { env, stdio: 'ignore' });
      return performance.now() - began;
    };
    const program: number[] = [];
    const node: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      program.push(start([...config.Entrypoint, '--version']));
      node.push(start(['/usr/local/bin/node', '--eval', '0']));
    }
    return { programMs: median(program), nodeMs: median(node) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
