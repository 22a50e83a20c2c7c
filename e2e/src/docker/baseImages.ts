import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '../cluster/runProgram.ts';

const authorities = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Gives the engine the two images that the Dockerfile begins with, under their names on Docker Hub, made from Debian's packages
 * and this machine's node and npm: a test depends on package registries alone.
 */
export async function importBaseImages(env: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-base-'));
  const file = join(folder, 'debian.tar');
  try {
    // `npm` is a link to npm/bin/npm-cli.js.
    const npm = dirname(
      dirname(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())),
    );
    const hooks = [
      `mkdir -p "$1/usr/local/lib/node_modules" && cp -rL '${npm}' "$1/usr/local/lib/node_modules/npm"`,
      'ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
      `cp '${process.execPath}' "$1/usr/local/bin/node"`,
      ...(existsSync(authorities) ? [`cp '${authorities}' "$1${authorities}"`] : []),
    ].map((command) => `--customize-hook=${command}`);
    const include = '--include=ca-certificates,libstdc++6';
    await runProgram('mmdebstrap', ['--variant=minbase', include, ...hooks, 'bookworm', file]);
    const trust = ['--change', `ENV NODE_EXTRA_CA_CERTS=${authorities}`];
    await runProgram('docker', ['import', ...trust, file, 'debian:bookworm-slim'], { env });
    await runProgram('docker', ['tag', 'debian:bookworm-slim', 'node:24-bookworm-slim'], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
