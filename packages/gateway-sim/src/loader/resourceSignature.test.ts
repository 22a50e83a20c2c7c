import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { resourceSignature, type Resource } from './resourceSignature.ts';

interface Vector {
  readonly name: string;
  readonly resource: Resource;
  /** Content in base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly signature: string;
}

const { vectors } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../testdata/resource-signatures.json'), 'utf8'),
) as { readonly vectors: readonly Vector[] };

function contentHash({ files }: Vector): (file: string) => string {
  return (file) =>
    createHash('sha256')
      .update(Buffer.from(files[file] ?? '', 'base64'))
      .digest('hex');
}

describe('resourceSignature', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))(
    'gives what a gateway gives: %s',
    (_name, vector) => {
      expect(resourceSignature(vector.resource, contentHash(vector))).toBe(vector.signature);
    },
  );

  test('does not cover the signature itself', () => {
    const [vector] = vectors;
    if (!vector) throw new Error('no vectors');
    const signed = {
      ...vector.resource,
      attributes: { ...vector.resource.attributes, lastModificationSignature: 'x' },
    };
    expect(resourceSignature(signed, contentHash(vector))).toBe(vector.signature);
  });
});
