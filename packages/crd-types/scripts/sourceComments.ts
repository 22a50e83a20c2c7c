/** One documented constant: the comment above it is its contract. */
export interface Documented {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
  /** The text of the last `//` line before it, which stands above a group. */
  readonly group: string;
}

/** The documented members of a constant object in TypeScript source. Throws when one has no comment. */
export function readDocumented(source: string): readonly Documented[] {
  const found: Documented[] = [];
  let group = '';
  let comment = '';
  const token = /^ {2}\/\/ (?<group>.+)$|^ {2}\/\*\*(?<comment>[\s\S]*?)\*\/|^ {2}(?<name>\w+): '(?<value>[^']+)',$/gm;
  for (const { groups } of source.matchAll(token)) {
    if (groups?.['group'] !== undefined) group = groups['group'];
    else if (groups?.['comment'] !== undefined) comment = joinLines(groups['comment']);
    else if (groups?.['name'] !== undefined && groups['value'] !== undefined) {
      if (comment === '') throw new Error(`${groups['name']} has no comment`);
      found.push({ name: groups['name'], value: groups['value'], comment, group });
      comment = '';
    }
  }
  return found;
}

function joinLines(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s*/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}
