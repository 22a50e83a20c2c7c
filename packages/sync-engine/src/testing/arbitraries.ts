import * as fc from 'fast-check';
import type { Mapping } from '../types.ts';
import { excludePatterns } from './model.ts';
import { mapping } from './requests.ts';

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const content = fc.constantFrom('one', 'two', 'other', '');
const file = fc.record({ path, content, executable: fc.boolean() });

/** Files that do not stand in one another's way. */
export const tree = fc.array(file, { maxLength: 6 }).map((files) => {
  const kept = new Map<string, (typeof files)[number]>();
  for (const candidate of files) {
    const clashes = [...kept.keys()].some(
      (other) => other.startsWith(`${candidate.path}/`) || candidate.path.startsWith(`${other}/`),
    );
    if (!clashes) kept.set(candidate.path, candidate);
  }
  return Object.fromEntries(
    [...kept.values()].map((entry): [string, string] => [entry.path + (entry.executable ? '*' : ''), entry.content]),
  );
});

export const mappings = fc.array(
  fc
    .record({
      source: fc.oneof(fc.constant('.'), path),
      destination: fc.constantFrom('.', 'x', 'x/a', 'x/b', 'y'),
      type: fc.constantFrom('dir' as const, 'dir' as const, 'file' as const),
      prune: fc.constantFrom('mirror' as const, 'owned' as const),
      allowEmpty: fc.boolean(),
    })
    .filter(({ type, destination, source }) => type === 'dir' || (destination !== '.' && source !== '.'))
    .map(({ source, destination, ...changes }): Mapping => mapping(source, destination, changes)),
  { minLength: 1, maxLength: 3 },
);

export interface Edit {
  readonly kind: 'write' | 'rewrite' | 'remove' | 'mode' | 'touch';
  /** Of `write`; the others choose among the files there are. */
  readonly path: string;
  readonly choice: number;
  readonly content: string;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('write', 'rewrite', 'remove', 'mode', 'touch'),
  path: fc.tuple(fc.constantFrom('x/', 'y/', ''), path).map((parts) => parts.join('')),
  choice: fc.nat(20),
  content,
});

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, weight: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight, arbitrary }, { weight: 4, arbitrary: fc.constant(undefined) });
export const step = fc.record({
  source: sometimes(tree, 3),
  mappings: sometimes(mappings, 1),
  excludes: sometimes(fc.subarray(excludePatterns, { maxLength: 2 }), 1),
  edits: fc.array(edit, { maxLength: 4 }),
  restore: fc.boolean(),
  rehash: fc.boolean(),
  reverts: fc.boolean(),
});
