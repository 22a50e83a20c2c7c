/** The steps from the root of a JSON document to one value: names of members and places in arrays. */
export type JsonPath = readonly (string | number)[];

const step = /\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Reads a path to one value, the singular queries of JSONPath (RFC 9535): `$.settings['system name'][0]`. Undefined for
 * anything else, wildcards and filters included.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const path: (string | number)[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (found === null) return undefined;
    const [, name, place, single, double] = found;
    path.push(place === undefined ? (name ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1')) : Number(place));
  }
  return path;
}
