/** One line of JSON. Half of a character, as a cut leaves it, is no text for strict readers: it becomes U+FFFD. */
export function toJson(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part));
}
