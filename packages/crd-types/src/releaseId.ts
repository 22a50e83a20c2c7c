import { createHash } from 'node:crypto';
import type { ResolvedProfile } from './schemas/wire/release.ts';

/**
 * Names a release by what it is: the same commit under the same resolved profile (vars and excludes included) has the
 * same id, whatever the order of keys.
 */
export function releaseId(commit: string, profile: ResolvedProfile): string {
  return createHash('sha256').update(canonicalJson({ commit, profile })).digest('hex').slice(0, 20);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? sortKeys(part) : part));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without a prototype, so that the key `__proto__` is a key like any other. */
function sortKeys(object: Readonly<Record<string, unknown>>): object {
  const sorted: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(object).toSorted()) sorted[key] = object[key];
  return sorted;
}
