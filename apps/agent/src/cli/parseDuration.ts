import { durationMs } from '@stoker/crd-types';
import { usageError } from '@stoker/command-line';

/**
 * The value of `--interval`: `30s`, `5m`, `1h30m` as milliseconds; at least one second, at most a day.
 * @throws StokerError `Usage`
 */
export function parseDuration(text: string): number {
  const parsed = durationMs(text);
  if (parsed !== undefined && parsed >= 1000 && parsed <= 86_400_000) return parsed;
  throw usageError(`--interval "${text}" is no duration between 1s and 24h`, 'write 30s, 5m or 1h');
}
