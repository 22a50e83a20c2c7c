/**
 * One line of JSON. Half of a character, as a cut leaves it, is no text for strict readers: it becomes U+FFFD. Of control
 * characters JSON itself escapes those at the beginning of ASCII alone, and terminals know others.
 */
export function toJson(value: object): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part));
  return text.replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
