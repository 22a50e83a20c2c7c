// node warm-up.mjs FOLDER: loads every module of a bundle, so that NODE_COMPILE_CACHE holds the code of each, and asks the
// program for its version. The cache is the same in every build with two options of node's: V8 seeds its string hashes from
// --random-seed, and with --predictable no other thread decides what is compiled or collected by then (neither is among
// the options that a cache is refused for).
import { readdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? '');
// A worker's module needs the thread that starts it.
const parts = readdirSync(folder).filter((name) => name.endsWith('.js') && !/^main\.|Worker\./.test(name));
for (const name of parts.toSorted()) await import(join(folder, name));
process.argv.splice(1, Infinity, join(folder, 'main.js'), '--version');
await import(join(folder, 'main.js'));
flushCompileCache();
process.exit();
