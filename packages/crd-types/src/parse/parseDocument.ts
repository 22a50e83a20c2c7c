import { StokerError } from '@stoker/errors';
import { auditRecord, changesDocument, metadataDocument, statusDocument } from '../generated/schemas.ts';
import { reasons } from '../reasons.ts';
import { fieldsOf } from '../rules/rule.ts';
import type { AuditRecord } from '../schemas/wire/auditRecord.ts';
import type { ChangesDocument } from '../schemas/wire/changesDocument.ts';
import type { MetadataDocument } from '../schemas/wire/metadataDocument.ts';
import type { StatusDocument } from '../schemas/wire/statusDocument.ts';
import { lazyValidator, type Validator } from './compile.ts';
import { explain } from './explain.ts';

const validators = {
  metadata: lazyValidator(metadataDocument),
  status: lazyValidator(statusDocument),
  changes: lazyValidator(changesDocument),
  audit: lazyValidator(auditRecord),
};

/** The highest `schema` of documents that this version reads. */
export const documentSchema = 1;

/**
 * Reads what the controller wrote for one gateway. Unknown fields are ignored: the writer may be newer.
 *
 * @throws StokerError `InvalidDocument`
 */
export function parseMetadataDocument(text: string): MetadataDocument {
  return parse(text, 'metadata', validators.metadata) as MetadataDocument;
}

/** Reads what an agent reported. Throws like `parseMetadataDocument`. */
export function parseStatusDocument(text: string): StatusDocument {
  return parse(text, 'status', validators.status) as StatusDocument;
}

/** Reads what an agent's last sync changed. Throws like `parseMetadataDocument`. */
export function parseChangesDocument(text: string): ChangesDocument {
  return parse(text, 'changes', validators.changes) as ChangesDocument;
}

/** Reads one line of the audit stream. Throws like `parseMetadataDocument`. */
export function parseAuditRecord(text: string): AuditRecord {
  return parse(text, 'audit', validators.audit) as AuditRecord;
}

function parse(text: string, name: string, validate: Validator): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`the ${name} document is not JSON`, 'it is written anew with the next change', cause);
  }
  const { schema } = fieldsOf(value);
  if (typeof schema === 'number' && schema > documentSchema) {
    throw invalid(
      `the ${name} document has schema ${schema}, and this version reads up to ${documentSchema}`,
      'restart the pod for a newer agent, or upgrade the controller',
    );
  }
  const problems = validate(value);
  if (problems.length === 0) return value;
  throw invalid(
    `the ${name} document cannot be read: ${problems
      .slice(0, 5)
      .map((problem) => explain(problem, name))
      .join('; ')}`,
    'it is written anew with the next change',
  );
}

function invalid(message: string, hint: string, cause?: unknown): StokerError {
  return new StokerError(message, { reason: reasons.InvalidDocument, class: 'waiting', hint, cause });
}
