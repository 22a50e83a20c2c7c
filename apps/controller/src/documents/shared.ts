/** More than the commits and releases that any installation has in its histories at a time. */
const limit = 100_000;
const known = new Map<string, string>();

/**
 * The same text, kept once for all who say it: each parse makes a string of its own of a commit that thousands of gateways name.
 * What has not been said for long is forgotten.
 */
export function shared(text: string): string {
  const found = known.get(text) ?? text;
  known.delete(text);
  known.set(text, found);
  if (known.size > limit) forgetOldest();
  return found;
}

/** A map is slow to find its first key where many were taken out: not to be asked for with every text. */
function forgetOldest(): void {
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
