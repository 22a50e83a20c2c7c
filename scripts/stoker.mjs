#!/usr/bin/env node
// The one entry behind every `npm run …`. Runs on the system's Node 20; everything it starts runs on the project's own Node.
import { spawnSync } from 'node:child_process';
import { ensureToolchain, toolchainEnv } from './toolchain.mjs';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
const tools = ensureToolchain();
const env = toolchainEnv(tools);

/** Runs a program to its end and leaves with its exit code. */
function run(file, argv) {
  const done = spawnSync(file, argv, { stdio: 'inherit', env });
  if (done.error) throw done.error;
  process.exit(done.status ?? 1);
}

switch (command) {
  case 'node':
    run(tools.node, args);
    break;
  case 'exec':
    run(tools.pnpm, ['exec', ...args]);
    break;
  case 'run':
    run(tools.node, ['--conditions=@stoker/source', ...args]);
    break;
  case 'app':
    run(tools.node, [join(tools.root, 'apps', args[0], 'dist/main.js'), ...args.slice(1)]);
    break;
  case 'setup':
    break;
  default:
    console.error(`unknown command: ${command}`);
    process.exit(2);
}
