// What a gateway answers, parsed at the border.

export type ScanKind = 'projects' | 'config';

/** `GET /StatusPing`: `RUNNING`, `STARTING`; `details` is `COMMISSIONING` on a gateway that nobody has set up yet. */
export interface StatusPing {
  readonly state: string;
  readonly details: string | undefined;
}

export interface ScanStatus {
  readonly active: boolean;
  /** End of the last scan, milliseconds since 1970; 0 before the first. */
  readonly lastScanAtMs: number;
}

/** `answers`: its REST API can be called. */
export type Readiness = 'answers' | 'starting' | 'commissioning' | 'restarting' | 'unreachable';

/** Undefined for anything that is not an answer of `StatusPing`. */
export function parseStatusPing(value: unknown): StatusPing | undefined {
  if (!isRecord(value) || typeof value['state'] !== 'string') return undefined;
  const { state, details } = value;
  return { state, details: typeof details === 'string' ? details : undefined };
}

/** Undefined for anything that is not the status of a scan. Timestamps are taken as a number or as RFC 3339. */
export function parseScanStatus(value: unknown): ScanStatus | undefined {
  if (!isRecord(value) || typeof value['scanActive'] !== 'boolean') return undefined;
  const timestamp = value['lastScanTimestamp'] ?? 0;
  const lastScanAtMs = typeof timestamp === 'string' ? Date.parse(timestamp) : timestamp;
  if (typeof lastScanAtMs !== 'number' || Number.isNaN(lastScanAtMs)) return undefined;
  return { active: value['scanActive'], lastScanAtMs };
}

/** `ContextStatus=RUNNING;Version=8.3.4;…` as a map. Undefined when the text has no such pair. */
export function parseGwinfo(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = text
    .trim()
    .split(';')
    .map((pair) => /^([A-Za-z]+)=(.*)$/.exec(pair))
    .filter((match) => match !== null);
  if (pairs.length === 0) return undefined;
  return new Map(pairs.map(([, key = '', value = '']) => [key, value]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
