import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { endMarker, startMarker } from './markers.ts';

/** Calls that change what is on the disk: the states to be killed in lie between them. */
const changingCalls =
  'openat write fsync rename link symlink unlink unlinkat mkdir rmdir chmod copy_file_range sendfile ioctl ftruncate fchmod utimensat'.split(
    ' ',
  );
/** Calls that only look can fail too. */
const lookingCalls = ['lstat', 'statx', 'newfstatat', 'getdents64', 'read', 'pread64', 'statfs'];

/** The nth call of one kind by the main thread of a process. */
export interface FaultPoint {
  readonly call: string;
  readonly nth: number;
  /** As strace shows it, with the paths of its file descriptors. */
  readonly line: string;
}

export interface ChildRun {
  readonly action: 'sync' | 'recover' | 'revert';
  readonly source: string;
  readonly target: string;
  /** Only calls on this very path are seen and counted: how many others come before them varies from run to run. */
  readonly path?: string;
}

export interface ChildEnd {
  readonly signal: string | null;
  readonly code: number | null;
  readonly stderr: string;
  /** One line a system call of the main thread, and of each `syncfs`, from the start marker on. */
  readonly trace: readonly string[];
  /** Some call did fail, or did kill, as it was told to. */
  readonly injected: boolean;
}

export interface Tracer extends Disposable {
  /** Runs a child under strace; each of `injections` is what strace's `-e inject=` takes. */
  run(run: ChildRun, ...injections: readonly string[]): ChildEnd & { readonly points: readonly FaultPoint[] };
}

/** Bundles and compiles the child once, so that hundreds of runs are quick and alike. */
export function openTracer(): Tracer {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-trace-'));
  const child = [process.execPath, join(folder, 'child.mjs')];
  buildSync({
    entryPoints: [fileURLToPath(new URL('syncChild.ts', import.meta.url))],
    outfile: child[1] ?? '',
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@stoker/source'],
    // picomatch is CommonJS and requires modules of node.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  spawnSync(child[0] ?? '', child.slice(1), { env });
  const log = join(folder, 'log');
  const calls = [...changingCalls, ...lookingCalls].join(',');
  const strace = ['-f', '-y', '-s', '4096', '-o', log, '-e', `trace=${calls},access,syncfs`];
  return {
    run({ action, source, target, path }, ...injections) {
      const injecting = injections.flatMap((injection) => ['-e', `inject=${injection}`]);
      const paths = path === undefined ? [] : [path, startMarker, endMarker].flatMap((name) => ['-P', name]);
      const result = spawnSync('strace', [...strace, ...paths, ...injecting, ...child, action, source, target], {
        encoding: 'utf8',
        env,
      });
      if (result.error) throw result.error;
      const text = readFileSync(log, 'utf8');
      const lines = mainThreadLines(text);
      const start = indexOfLook(lines, startMarker, 0);
      const end = indexOfLook(lines, endMarker, lines.length);
      return {
        signal: result.signal,
        code: result.status,
        stderr: result.stderr,
        trace: lines.slice(start + 1, end),
        injected: /\(INJECTED\)|killed by SIGKILL/.test(text),
        points: pointsBetween(lines, start, end),
      };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Lines begin with the thread's id; the first line is the main thread's, and `syncfs` is made by the `sync` command. */
function mainThreadLines(log: string): string[] {
  const lines = log.split('\n').map((line) => /^(\d+)\s+(.*)$/.exec(line));
  const main = lines[0]?.[1];
  const isRelevant = ([, thread, call = '']: RegExpExecArray): boolean => thread === main || call.startsWith('syncfs(');
  return lines.filter((match) => match !== null && isRelevant(match)).map((match) => match?.[2] ?? '');
}

function indexOfLook(lines: readonly string[], marker: string, otherwise: number): number {
  const index = lines.findIndex((line) => line.startsWith('access(') && line.includes(marker));
  return index < 0 ? otherwise : index;
}

/** Counts from the start of the process, as strace does, and takes what lies between the markers. */
function pointsBetween(lines: readonly string[], start: number, end: number): FaultPoint[] {
  const counts = new Map<string, number>();
  const points: FaultPoint[] = [];
  for (const [index, line] of lines.entries()) {
    const call = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    if (call === undefined || call === 'access' || call === 'syncfs') continue;
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    if (index > start && index < end) points.push({ call, nth, line });
  }
  return points;
}

/** Does a kill right before this call leave another state than one before the call after it? */
export function changesSomething(point: FaultPoint): boolean {
  return changingCalls.includes(point.call);
}

/** Evenly spread; all of them with STOKER_FAULT_POINTS=all. */
export function sample<Point>(points: readonly Point[], count: number): readonly Point[] {
  if (process.env['STOKER_FAULT_POINTS'] === 'all' || points.length <= count) return points;
  return Array.from({ length: count }, (_, index) => points[Math.floor((index * points.length) / count)]).filter(
    (point) => point !== undefined,
  );
}
