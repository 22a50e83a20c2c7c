#!/usr/bin/env node
// The one entry behind every `npm run …`. Runs on the system's Node 20; everything it starts runs on the project's own Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeSetup } from './setup/whatIsInstalled.mjs';
import { ensurePackages, ensureToolchain, root, toolchainEnv } from './toolchain.mjs';

const [command, ...args] = process.argv.slice(2);

/** What each command needs to be there first: `node` with pnpm, the workspace's `packages` too, or the whole `setup`. */
const commands = {
  setup: { needs: 'setup', run: () => 0 },
  demo: {
    needs: args.includes('--help') ? 'packages' : 'setup',
    run: (tools) => script(tools, 'e2e/src/demo/main.ts', args),
  },
  test: { needs: 'packages', run: (tools) => script(tools, 'scripts/test.ts', args) },
  bench: { needs: 'packages', run: (tools) => bench(tools, args[0], args.slice(1)) },
  cluster: { needs: clusterNeeds(args), run: (tools) => script(tools, 'e2e/src/cluster/main.ts', args) },
  app: { needs: 'node', run: (tools) => application(tools, args[0], args.slice(1)) },
  node: { needs: 'node', run: (tools) => start(tools, tools.node, args) },
  exec: { needs: 'packages', run: (tools) => start(tools, tools.pnpm, ['exec', ...args]) },
  run: { needs: 'packages', run: (tools) => script(tools, args[0], args.slice(1)) },
};

const setupFlags = ['--dry-run', '--no-install', '--help'];

function clusterNeeds([action, ...rest]) {
  return ['up', 'load-images', 'install'].includes(action) && !rest.includes('--help') ? 'setup' : 'packages';
}

/** Runs a program to its end and answers its exit code. */
function start(tools, file, argv) {
  const done = spawnSync(file, argv, { stdio: 'inherit', env: toolchainEnv(tools) });
  if (done.error) throw done.error;
  return done.status ?? 1;
}

function script(tools, path, argv) {
  return start(tools, tools.node, ['--conditions=@stoker/source', join(root, path), ...argv]);
}

function application(tools, name, argv) {
  const main = join(root, 'apps', name, 'bundle/main.js');
  if (existsSync(main)) return start(tools, tools.node, [main, ...argv]);
  console.error(`${main} is missing; build it with: npm run build`);
  return 1;
}

function bench(tools, name, argv) {
  const main = `bench/${name ?? ''}/main.ts`;
  if (name && existsSync(join(root, main))) return script(tools, main, argv);
  console.error(`there is no bench "${name ?? ''}"; write: npm run bench -- engine [--help]`);
  return 2;
}

/** Makes what the command needs, or says what is missing where set-up is switched off. Answers the tools, or exits. */
function prepare(needs) {
  const mayInstall = process.env.STOKER_SETUP !== 'off' && !(command === 'setup' && args.includes('--no-install'));
  const tools = ensureToolchain(mayInstall);
  if (needs !== 'node') ensurePackages(tools, mayInstall);
  if (needs === 'setup') {
    const status = script(tools, 'scripts/setup.ts', mayInstall ? [] : ['--no-install']);
    if (status !== 0) process.exit(status);
  }
  return tools;
}

const chosen = commands[command];
if (!chosen) {
  console.error(`unknown command "${command}"; it can be ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
const unknown = command === 'setup' ? args.filter((argument) => !setupFlags.includes(argument)) : [];
if (unknown.length > 0) {
  console.error(`npm run setup does not know ${unknown.join(' ')}; it can be given ${setupFlags.join(', ')}`);
  process.exit(2);
}
if (command === 'setup' && (args.includes('--help') || args.includes('--dry-run'))) console.log(describeSetup());
else process.exitCode = chosen.run(prepare(chosen.needs));
