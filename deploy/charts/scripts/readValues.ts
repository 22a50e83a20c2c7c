import { type Document, isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml';

/** One value of a chart that can be set. */
export interface ChartValue {
  /** As `--set` takes it: `controller.image.tag`. */
  readonly path: string;
  readonly default: unknown;
  /** The comment above it; `enabled` may go without and then has that of what it enables. */
  readonly description: string;
}

/** What stands under one key at the top of values.yaml. */
export interface ValueGroup {
  readonly name: string;
  /** Empty where the group is a single value. */
  readonly description: string;
  readonly values: readonly ChartValue[];
}

/**
 * The values of a chart in the order of its values.yaml. A map is one value when it is empty or stands on one line.
 * Throws with the path of a value that has no comment.
 */
export function readValues(text: string): readonly ValueGroup[] {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw error;
  if (!isMap(document.contents)) throw new Error('values.yaml must hold a map');
  return entries(document.contents, document).map(({ key, value, comment }) => ({
    name: key,
    description: isGroup(value) ? comment : '',
    values: valuesIn(key, value, comment),
  }));
}

function valuesIn(path: string, node: unknown, comment: string): readonly ChartValue[] {
  if (!isGroup(node)) {
    if (comment === '') throw new Error(`${path} of values.yaml has no comment that says what it does`);
    return [{ path, default: plain(node), description: comment }];
  }
  return entries(node).flatMap(({ key, value, comment: own }) =>
    valuesIn(`${path}.${key}`, value, key === 'enabled' ? own || comment : own),
  );
}

function isGroup(node: unknown): node is YAMLMap {
  return isMap(node) && node.items.length > 0 && node.flow !== true;
}

/** The parser gives what stands above a map's first key to the map, or to the document. */
function entries(map: YAMLMap, document?: Document): { key: string; value: unknown; comment: string }[] {
  return map.items.map((pair, index) => {
    const key = isScalar(pair.key) ? pair.key : undefined;
    const first = index === 0 ? (map.commentBefore ?? document?.commentBefore) : undefined;
    const lines = (key?.commentBefore ?? first ?? '').split('\n');
    return { key: String(key?.value), value: pair.value, comment: lines.map((line) => line.trim()).join(' ') };
  });
}

function plain(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : node;
}
