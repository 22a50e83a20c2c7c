import { readFileSync } from 'node:fs';

/** Names this process for as long as this machine is up: a process id alone is used again. */
export function holderOfThisProcess(): string {
  return holderOf(process.pid);
}

/** Whether the process that a holder names is still there. */
export function isAlive(holder: string): boolean {
  const pid = Number(/^process-(\d+)\./.exec(holder)?.[1]);
  return Number.isInteger(pid) && pid > 0 && readStartTime(pid) !== undefined && holder === holderOf(pid);
}

function holderOf(pid: number): string {
  return `process-${pid}.${readStartTime(pid) ?? ''}.${bootId()}`;
}

/** Clock ticks after boot: field 22 of `/proc/PID/stat`, counted behind the name, which may hold anything. */
function readStartTime(pid: number): string | undefined {
  const stat = readOptional(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function bootId(): string {
  return readOptional('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such process, or no Linux.
    return undefined;
  }
}
