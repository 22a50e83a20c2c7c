import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

/** A program as it is delivered: bundled to one file of JavaScript, and what it imports on first use beside it. Answers its path. */
export function bundle(entry: string, folder: string): string {
  buildSync({
    entryPoints: [entry],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported on first use stays out of memory until then.
    splitting: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@stoker/source'],
    // Some dependencies are CommonJS and call `require`, which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
}
