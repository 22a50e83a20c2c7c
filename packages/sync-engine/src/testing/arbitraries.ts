import * as fc from 'fast-check';
import type { Mapping } from '../types.ts';
import { excludePatterns, protectedPatterns } from './model.ts';
import { patch } from './modelTransforms.ts';
import { mapping } from './requests.ts';

/** Some begin like others, so that whoever compares prefixes without the slash takes one for the other. */
const name = fc.constantFrom('a', 'b', 'c', 'a', 'b', 'c', 'a-b', 'a.b');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const content = fc.constantFrom('one', 'two', 'I am {{.Who}}', '');
const file = fc.record({ path, content, executable: fc.boolean() });

/** Files that do not stand in one another's way; what the patch looks at mostly has the value. */
export const tree = fc.array(file, { maxLength: 6 }).map((files) => {
  const kept = new Map<string, (typeof files)[number]>();
  for (const candidate of files) {
    const clashes = [...kept.keys()].some(
      (other) => other.startsWith(`${candidate.path}/`) || candidate.path.startsWith(`${other}/`),
    );
    if (!clashes) kept.set(candidate.path, candidate);
  }
  return Object.fromEntries(
    [...kept.values()].map((entry): [string, string] => [
      entry.path + (entry.executable ? '*' : ''),
      entry.content !== '' && entry.path.split('/').includes('c')
        ? `{"v": 1.0, "w": "${entry.content}"}`
        : entry.content,
    ]),
  );
});

export const mappings = fc.array(
  fc
    .record({
      source: fc.oneof(fc.constant('.'), path),
      destination: fc.constantFrom('.', 'x', 'x/a', 'x/a-b', 'x/b', 'y'),
      type: fc.constantFrom('dir' as const, 'dir' as const, 'file' as const),
      prune: fc.constantFrom('mirror' as const, 'owned' as const),
      allowEmpty: fc.boolean(),
      template: fc.boolean(),
      patches: fc.constantFrom(undefined, undefined, [patch]),
    })
    .filter(({ type, destination, source }) => type === 'dir' || (destination !== '.' && source !== '.'))
    .map(({ source, destination, ...changes }): Mapping => mapping(source, destination, changes)),
  { minLength: 1, maxLength: 3 },
);

export interface Edit {
  readonly kind: 'write' | 'rewrite' | 'remove' | 'mode' | 'touch' | 'fifo' | 'socket';
  /** Of `write`, `fifo` and `socket`; the others choose among the files there are. */
  readonly path: string;
  readonly choice: number;
  readonly content: string;
}
export const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('write', 'write', 'rewrite', 'rewrite', 'remove', 'remove', 'mode', 'touch', 'fifo', 'socket'),
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
  protectedPaths: sometimes(fc.subarray(protectedPatterns, { maxLength: 2 }), 1),
  explicitOnly: sometimes(fc.subarray(protectedPatterns, { maxLength: 1 }), 1),
  who: sometimes(fc.constantFrom('me', 'you'), 1),
  edits: fc.array(edit, { maxLength: 4 }),
  restore: fc.boolean(),
  rehash: fc.boolean(),
  reverts: fc.boolean(),
});
