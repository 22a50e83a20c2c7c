/**
 * Whether `actual` holds everything that `desired` says: then applying it would change nothing, and is left undone.
 * Lists must be equal; of objects only the keys of `desired` count.
 */
export function covers(actual: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(actual) &&
      actual.length === desired.length &&
      desired.every((item, index) => covers(actual[index], item))
    );
  }
  if (typeof desired === 'object' && desired !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    return Object.entries(desired).every(([key, value]) => {
      // The server does not repeat these in every item of a list.
      if ((key === 'apiVersion' || key === 'kind') && !(key in actual)) return true;
      return key in actual && covers((actual as Record<string, unknown>)[key], value);
    });
  }
  return actual === desired;
}
