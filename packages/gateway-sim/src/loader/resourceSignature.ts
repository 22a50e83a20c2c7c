import { createHash } from 'node:crypto';

/** The fields of a `resource.json` that its signature covers. */
export interface Resource {
  readonly scope: string;
  readonly version: number;
  readonly description?: string | undefined;
  readonly locked?: boolean | undefined;
  readonly restricted?: boolean | undefined;
  readonly overridable?: boolean | undefined;
  readonly files: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** Where a resource is used, as the number that the signature holds. */
export const scopes: Readonly<Record<string, number>> = { N: 0, G: 1, D: 2, C: 4, A: 7 };

export const signatureAttribute = 'lastModificationSignature';

/**
 * `lastModificationSignature` of a resource: SHA-256 in hex. `contentHash` gives the lowercase hex SHA-256 of each listed
 * file. Strings are UTF-8, numbers 32-bit big-endian; sorted means by UTF-16 code unit, as Java does.
 */
export function resourceSignature(resource: Resource, contentHash: (file: string) => string): string {
  const hash = createHash('sha256');
  hash.update(int32(scopes[resource.scope] ?? 0));
  if (resource.description !== undefined) hash.update(resource.description);
  hash.update(int32(resource.version));
  const { locked, restricted, overridable } = resource;
  hash.update(Uint8Array.from([locked, restricted, overridable], (flag) => (flag ? 1 : 0)));
  for (const file of [...resource.files].sort()) hash.update(file).update(contentHash(file));
  const attributes = resource.attributes ?? {};
  for (const key of Object.keys(attributes).sort()) {
    if (key !== signatureAttribute) hash.update(key).update(JSON.stringify(attributes[key]));
  }
  return hash.digest('hex');
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
