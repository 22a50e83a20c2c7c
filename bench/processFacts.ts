import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processor time of all threads of a process, to the nanosecond: the sums of /proc/PID/stat are in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, ofThread) => sum + ofThread, 0) / 1e6;
}

/** Resident memory of a process, now and at most until now. */
export function memoryOf(pid: number): { readonly bytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (field: string) => Number(new RegExp(`${field}:\\s*(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { bytes: of('VmRSS'), peakBytes: of('VmHWM') };
}
