import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endMarker, startMarker } from './markers.ts';

/** Calls that change what is on the disk: the states to be killed in lie between them. */
const changingCalls = ['openat', 'write', 'fsync', 'rename', 'link', 'unlink', 'mkdir', 'rmdir', 'chmod'];
/** Calls that only look can fail too. */
const lookingCalls = ['lstat', 'statx', 'newfstatat', 'getdents64', 'read', 'pread64', 'statfs'];

/** The nth call of one kind by the main thread of a process. */
export interface FaultPoint {
  readonly call: string;
  readonly nth: number;
}

export interface ChildRun {
  readonly action: 'sync' | 'recover';
  readonly source: string;
  readonly target: string;
}

export interface ChildEnd {
  readonly signal: string | null;
  readonly code: number | null;
  readonly stderr: string;
  /** One line a system call of the main thread, from the start marker on. */
  readonly trace: readonly string[];
}

/** Runs a child under strace; `inject` is what strace's `-e inject=` takes. */
export function runTraced(run: ChildRun, inject?: string): ChildEnd & { readonly points: readonly FaultPoint[] } {
  const log = join(tmpdir(), `stoker-trace-${process.pid}-${performance.now()}`);
  const child = fileURLToPath(new URL('syncChild.ts', import.meta.url));
  const strace = ['-f', '-s', '4096', '-o', log, '-e', `trace=${[...changingCalls, ...lookingCalls].join(',')},access`];
  const injection = inject === undefined ? [] : ['-e', `inject=${inject}`];
  const node = [process.execPath, '--conditions=@stoker/source', child, run.action, run.source, run.target];
  const result = spawnSync('strace', [...strace, ...injection, ...node], { encoding: 'utf8' });
  if (result.error) throw result.error;
  const lines = mainThreadLines(readFileSync(log, 'utf8'));
  rmSync(log);
  const start = indexOfLook(lines, startMarker, 0);
  const end = indexOfLook(lines, endMarker, lines.length);
  return {
    signal: result.signal,
    code: result.status,
    stderr: result.stderr,
    trace: lines.slice(start + 1, end),
    points: pointsBetween(lines, start, end),
  };
}

/** Lines begin with the thread's id; the first line is the main thread's. */
function mainThreadLines(log: string): string[] {
  const lines = log.split('\n').map((line) => /^(\d+)\s+(.*)$/.exec(line));
  const main = lines[0]?.[1];
  return lines.filter((match) => match?.[1] === main).map((match) => match?.[2] ?? '');
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
    if (call === undefined || call === 'access') continue;
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    if (index > start && index < end) points.push({ call, nth });
  }
  return points;
}

/** Does a kill right before this call leave another state than one before the call after it? */
export function changesSomething(point: FaultPoint): boolean {
  return changingCalls.includes(point.call);
}

/** Evenly spread; all of them with STOKER_FAULT_POINTS=all. */
export function sample(points: readonly FaultPoint[], count: number): readonly FaultPoint[] {
  if (process.env['STOKER_FAULT_POINTS'] === 'all' || points.length <= count) return points;
  return Array.from({ length: count }, (_, index) => points[Math.floor((index * points.length) / count)]).filter(
    (point) => point !== undefined,
  );
}
