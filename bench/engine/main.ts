// npm run bench -- engine: the sync engine beside a Go program that does what its peer does, and beside rsync.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '../readOptions.ts';
import { runCases } from './runCases.ts';
import { compare, formatTable } from './table.ts';

const help = `npm run bench -- engine [OPTIONS]

  Measures the sync engine, from git, beside a Go program that does what an operator without a manifest does, and beside
  rsync --checksum, both from a checkout. Prints medians, how many times as long the others take, and the targets. Needs Go, git and
  rsync (Debian: apt-get install rsync).

  --files N          size of the tree (default 10000)
  --bytes N          of each file (default 6150)
  --runs N           of each case and program (default 5)
  --output json      everything that was measured, and nothing else, on standard output
  --help
`;

const { counts, isJson } = readOptions(help, { files: 10_000, bytes: 6_150, runs: 5 });

const missing = ['git', 'go', 'rsync'].filter((program) => spawnSync(program, ['version']).error !== undefined);
if (missing.length > 0) {
  console.error(`the bench needs ${missing.join(' and ')} (Debian: apt-get install git golang rsync)`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'));
try {
  const files = counts.files;
  const shape = { files, folders: Math.max(1, Math.round(files / 25)), bytesPerFile: counts.bytes };
  const results = await runCases(folder, shape, counts.runs, (line) => console.error(line));
  const comparison = compare(results, files);
  console.log(isJson ? JSON.stringify({ shape, ...comparison, results }, null, 2) : formatTable(comparison));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
