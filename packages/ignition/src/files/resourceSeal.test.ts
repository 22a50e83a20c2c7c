import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { resourceSeal } from './resourceSeal.ts';

interface Vector {
  readonly name: string;
  readonly resource: { readonly attributes?: object };
  /** Content in base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly signature: string;
}

const testdata = join(import.meta.dirname, '../../testdata/resource-signatures.json');
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(testdata, 'utf8'));

const hashOf =
  ({ files }: Vector) =>
  (name: string) =>
    name in files
      ? createHash('sha256')
          .update(Buffer.from(files[name] ?? '', 'base64'))
          .digest('hex')
      : undefined;

/** A `resource.json` as a gateway writes it: two spaces, no final newline. */
function signed({ resource }: Vector, lastModificationSignature: string): string {
  return JSON.stringify({ ...resource, attributes: { ...resource.attributes, lastModificationSignature } }, null, 2);
}

describe('resourceSeal', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))('signs as a gateway does: %s', (_name, vector) => {
    expect(resourceSeal.renew(signed(vector, 'old'), hashOf(vector))).toBe(signed(vector, vector.signature));
  });

  const [vector] = vectors;
  if (vector === undefined) throw new Error('there are no vectors');
  const odd = (fields: object) => signed({ ...vector, resource: { ...vector.resource, ...fields } }, 'old');

  test.each([
    ['what was never signed', JSON.stringify(vector.resource)],
    ['what is no JSON', '{"attributes": {"lastModificationSignature": "old"'],
    ['another JSON value', '[]'],
    ['a version that is no number', odd({ version: '1' })],
    ['a version that is too large', odd({ version: 2 ** 40 })],
    ['a description that is no text', odd({ description: null })],
    ['files that are no list', odd({ files: 'view.json' })],
  ])('leaves alone %s', (_what, text) => {
    expect(resourceSeal.renew(text, hashOf(vector))).toBe(text);
  });

  test('leaves alone what lists a file that is not there', () => {
    expect(resourceSeal.renew(signed(vector, 'old'), () => undefined)).toBe(signed(vector, 'old'));
  });
});
