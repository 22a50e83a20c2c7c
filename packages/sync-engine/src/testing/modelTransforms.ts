import { createHash } from 'node:crypto';
import type { Mapping, Seal } from '../types.ts';

/** A file on its way, and the mapping that provides it. */
export interface Provided {
  readonly content: string;
  readonly executable: boolean;
  readonly by: Mapping;
}

/** The one patch that mappings here may have: all that is called `c`, or lies in a `c`, below the destination of a folder. */
export const patch = { file: '**/c', set: { '$.v': '{{.Who}}' } } as const;

/** Renews each file `b` beside a file that was changed: it vouches for the `a` of its folder. */
export const seal: Seal = {
  fileName: 'b',
  renew: (text, sha256Of) => vouch(text, sha256Of('a')),
};

/**
 * What transforms make of files, by plain replacements: no parser, nothing remembered. Undefined where one of them has
 * nothing to patch.
 */
export function modelTransforms(files: ReadonlyMap<string, Provided>, who: string): Map<string, Provided> | undefined {
  const made = new Map<string, Provided>();
  for (const [path, { content, executable, by }] of files) {
    const text = by.template === true ? content.replaceAll('{{.Who}}', who) : content;
    const isPatched = by.patches !== undefined && by.type === 'dir' && below(path, by).includes('c');
    if (isPatched && !text.includes('"v": 1.0')) return undefined;
    const after = isPatched ? text.replace('"v": 1.0', `"v": "${who}"`) : text;
    made.set(path, { content: after, executable, by });
  }
  const changed = [...made].filter(([path, { content }]) => content !== files.get(path)?.content);
  for (const folder of new Set(changed.map(([path]) => path.slice(0, path.lastIndexOf('/') + 1)))) {
    const own = made.get(`${folder}b`);
    const neighbour = made.get(`${folder}a`)?.content;
    if (own !== undefined) {
      const sha256 = neighbour === undefined ? undefined : createHash('sha256').update(neighbour).digest('hex');
      made.set(`${folder}b`, { ...own, content: vouch(own.content, sha256) });
    }
  }
  return made;
}

function vouch(text: string, sha256: string | undefined): string {
  return `${text.split('|')[0]}|${sha256 ?? 'none'}`;
}

/** The names of a path below its mapping's destination. */
function below(path: string, { destination }: Mapping): string[] {
  return (destination === '.' ? path : path.slice(destination.length + 1)).split('/');
}
