import type { Redactor } from './redact.ts';

/**
 * One line of JSON without secrets. Half of a character, as a cut leaves it, is no text for strict readers: it becomes U+FFFD.
 * Of control characters JSON itself escapes those at the beginning of ASCII alone, and terminals know others.
 */
export function toJson(value: object, redactor: Redactor): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part));
  // Redacted first: nobody would know a secret again whose characters are escaped.
  return redactor.redact(text).replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
