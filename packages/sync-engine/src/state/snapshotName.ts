/** True for what can name a folder of snapshots, and nothing outside it. */
export function isSnapshotName(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9A-Za-z][0-9A-Za-z-]{0,99}$/.test(value);
}

/**
 * Names sort by age, whatever the clock does: the time to the millisecond, or one later than the newest there is.
 * `…-first` keeps what was there before Stoker came.
 */
export function nextSnapshotName(existing: readonly string[], now: Date, isFirstContact: boolean): string {
  const newest = Math.max(...existing.map((name) => timeOf(name) ?? 0), 0);
  const time = new Date(Math.max(now.getTime(), newest + 1)).toISOString().replaceAll(/[-:.]/g, '');
  return isFirstContact ? `${time}-first` : time;
}

function timeOf(name: string): number | undefined {
  const digits = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name)?.slice(1);
  if (digits === undefined) return undefined;
  const [year, month, day, hours, minutes, seconds, milliseconds] = digits;
  const time = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`);
  // One of the year 9999 was not made by a clock, and nothing later could be written the same way.
  return Number.isNaN(time) || year === '9999' ? undefined : time;
}
