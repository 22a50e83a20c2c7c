import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goPrograms } from './goPrograms.ts';
import { runProgram, hasProgram } from './runProgram.ts';
import type { Report } from './progress.ts';

/** Without symbols, and the same bytes wherever it is built. */
function small(linkFlags: readonly string[] = []): string[] {
  return ['-trimpath', '-ldflags', ['-s', '-w', ...linkFlags].join(' ')];
}

/** Builds a published Go program into its place, where it appears only when it is whole. */
export async function installGoProgram(name: keyof typeof goPrograms, report: Report): Promise<void> {
  const { module, path, tags } = goPrograms[name];
  await intoPlace(path, async (folder) => {
    await go(['install', ...small(), ...(tags === undefined ? [] : ['-tags', tags]), module], report, {
      GOBIN: folder,
    });
  });
}

/** Builds the Go module in `source` into `target`, with these flags for its linker. */
export async function buildGoModule(
  source: string,
  target: string,
  linkFlags: readonly string[],
  report: Report,
): Promise<void> {
  await intoPlace(target, async (folder) => {
    await go(['build', ...small(linkFlags), '-o', folder, '.'], report, {}, source);
  });
}

async function go(args: readonly string[], report: Report, env: Record<string, string>, cwd?: string): Promise<void> {
  if (!hasProgram('go'))
    throw new Error('go is missing: install Go 1.24 or newer from https://go.dev/dl and put it on PATH');
  const options = { env: { ...env, CGO_ENABLED: '0' }, onLine: report };
  await runProgram('go', args, cwd === undefined ? options : { ...options, cwd });
}

/** A build that is killed leaves no half-written program under its final name. */
async function intoPlace(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}.`);
  try {
    await build(folder);
    const [made] = readdirSync(folder);
    if (!made) throw new Error(`go wrote nothing into ${folder}`);
    renameSync(join(folder, made), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
