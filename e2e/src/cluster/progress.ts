// What a person sees while something takes long: one line that moves on a terminal, a few plain lines elsewhere.
import { styleText } from 'node:util';

const barWidth = 20;
const quietMs = 2_000;

/** Told by the work itself: what it is at now, in a few words. */
export type Report = (detail: string) => void;

/**
 * Runs `work` and shows, on standard error, its title and how long it has been going. `expectedMs` is how long it took
 * elsewhere: with it a terminal shows a bar. Work that ends within two seconds leaves one line.
 */
export async function withProgress<T>(
  title: string,
  work: (report: Report) => Promise<T>,
  expectedMs?: number,
): Promise<T> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let detail = '';
  const moving = process.stderr.isTTY;
  const show = () => {
    if (moving) process.stderr.write(`\r\x1b[K${movingLine(title, elapsed(), detail, expectedMs)}`);
    else console.error(`  … ${title}: ${seconds(elapsed())}${detail && `, ${detail}`}`);
  };
  if (!moving && expectedMs !== undefined && expectedMs > quietMs)
    console.error(`  ${title} (about ${seconds(expectedMs)})`);
  const timer = setInterval(show, moving ? 200 : 15_000);
  timer.unref();
  try {
    const result = await work((text) => (detail = text));
    finish(moving, `  ${moving ? styleText('green', '✓') : 'ok'} ${title} (${seconds(elapsed())})`);
    return result;
  } catch (error) {
    finish(moving, `  ${moving ? styleText('red', '✗') : 'failed'} ${title} (${seconds(elapsed())})`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function finish(moving: boolean, line: string): void {
  process.stderr.write(`${moving ? '\r\x1b[K' : ''}${line}\n`);
}

function movingLine(title: string, elapsedMs: number, detail: string, expectedMs: number | undefined): string {
  const width = process.stderr.columns ?? 80;
  const filled = expectedMs === undefined ? 0 : Math.min(barWidth - 1, Math.floor((barWidth * elapsedMs) / expectedMs));
  const bar = expectedMs === undefined ? '' : ` [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
  return `  ${title}${bar} ${seconds(elapsedMs)} ${detail}`.slice(0, width - 1);
}

/** `0.4 s`, `12 s`, `3 min 05 s`. */
export function seconds(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1000);
  if (whole < 10) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
