import type { ProblemKind } from './problem.ts';
import { resourceSignature, scopes, signatureAttribute, type Resource } from './resourceSignature.ts';

export interface ResourceProblem {
  readonly kind: Extract<ProblemKind, 'BadResourceJson' | 'ListedFileMissing' | 'SignatureMismatch'>;
  readonly message: string;
}

/** The first thing that is wrong with a resource, given the hashes of the files beside its `resource.json`. */
export function checkResource(
  document: unknown,
  contentHash: (file: string) => string | undefined,
): ResourceProblem | undefined {
  if (!isResource(document)) return { kind: 'BadResourceJson', message: whatIsBad(document) };
  const missing = document.files.find((file) => contentHash(file) === undefined);
  if (missing !== undefined) return { kind: 'ListedFileMissing', message: `lists ${missing}, which is not there` };
  const claimed = document.attributes?.[signatureAttribute];
  if (claimed === undefined) return undefined;
  const actual = resourceSignature(document, (file) => contentHash(file) ?? '');
  if (claimed === actual) return undefined;
  return { kind: 'SignatureMismatch', message: `is signed ${JSON.stringify(claimed)}, its content gives ${actual}` };
}

function isResource(value: unknown): value is Resource {
  return whatIsBad(value) === '';
}

/** Empty when nothing is. */
function whatIsBad(value: unknown): string {
  if (!isRecord(value)) return 'is not an object';
  const { scope, version, files, attributes, description } = value;
  if (typeof scope !== 'string' || !Object.hasOwn(scopes, scope)) {
    return `has scope ${JSON.stringify(scope)} instead of one of ${Object.keys(scopes).join(', ')}`;
  }
  if (!Number.isSafeInteger(version)) return `has version ${JSON.stringify(version)} instead of a whole number`;
  if (!Array.isArray(files) || !files.every((file) => typeof file === 'string' && /^[^/\\]+$/.test(file))) {
    return 'has no list of file names in files';
  }
  if (attributes !== undefined && !isRecord(attributes)) return 'has attributes that are not an object';
  if (description !== undefined && typeof description !== 'string') return 'has a description that is not a text';
  const flag = ['locked', 'restricted', 'overridable'].find(
    (name) => value[name] !== undefined && typeof value[name] !== 'boolean',
  );
  return flag === undefined ? '' : `has ${flag} ${JSON.stringify(value[flag])} instead of true or false`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
