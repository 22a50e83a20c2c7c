import { createHash } from 'node:crypto';
import { resourceSignature, signatureAttribute, type Resource } from '@stoker/gateway-sim';

/** Content by path from the root of the repository. */
export type RepositoryFiles = Map<string, string | Uint8Array>;

/** JSON as a gateway writes it: two blanks, no line feed at the end. */
export function ignitionJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

export interface ResourceFields {
  /** Default `A`: everywhere. */
  readonly scope?: Resource['scope'];
  /** RFC 3339, to the second. */
  readonly modifiedAt?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Adds the files of one resource with the signed `resource.json` that a gateway would have written beside them. */
export function addResource(
  files: RepositoryFiles,
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  { scope = 'A', modifiedAt = '2026-03-01T08:15:30Z', attributes = {} }: ResourceFields = {},
): void {
  const unsigned = {
    scope,
    version: 1,
    restricted: false,
    overridable: true,
    files: Object.keys(contents),
    attributes: { lastModification: { actor: 'engineer', timestamp: modifiedAt }, ...attributes },
  };
  const hashOf = (file: string) =>
    createHash('sha256')
      .update(contents[file] ?? '')
      .digest('hex');
  const signed = { ...unsigned.attributes, [signatureAttribute]: resourceSignature(unsigned, hashOf) };
  for (const [name, content] of Object.entries(contents)) files.set(`${folder}/${name}`, content);
  files.set(`${folder}/resource.json`, ignitionJson({ ...unsigned, attributes: signed }));
}
