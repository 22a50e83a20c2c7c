import { isStokerError, StokerError } from '@stoker/errors';
import { renderTemplate } from '@stoker/template';
import type { TemplateVariables } from '@stoker/template';
import { parseRelativePath, rootPath, unsafePath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Mapping } from '../types.ts';

/** A mapping whose paths are rendered and checked. */
export interface RenderedMapping {
  readonly source: RelativePath;
  readonly destination: RelativePath;
  readonly type: 'dir' | 'file';
  readonly required: boolean;
  /** Always `owned` for the root: what Stoker did not write there belongs to somebody else. */
  readonly prune: 'mirror' | 'owned';
  readonly allowEmpty: boolean;
}

/** Throws `InvalidTemplate` and `UnsafePath`, which name the mapping and its field. */
export function renderMappings(mappings: readonly Mapping[], variables: TemplateVariables): readonly RenderedMapping[] {
  return mappings.map((mapping, index) => {
    const [sourceField, destinationField] = [`mappings[${index}].source`, `mappings[${index}].destination`];
    const source = parseRelativePath(renderField(mapping.source, variables, sourceField), sourceField);
    const renderedDestination = renderField(mapping.destination, variables, destinationField);
    const destination = parseRelativePath(renderedDestination, destinationField);
    if (mapping.type === 'file' && (destination === rootPath || renderedDestination.endsWith('/'))) {
      throw unsafePath(renderedDestination, destinationField, 'names a folder, but the mapping is of type "file"');
    }
    return {
      source,
      destination,
      type: mapping.type,
      required: mapping.required,
      prune: destination === rootPath ? 'owned' : mapping.prune,
      allowEmpty: mapping.allowEmpty,
    };
  });
}

function renderField(text: string, variables: TemplateVariables, field: string): string {
  try {
    return renderTemplate(text, variables);
  } catch (error) {
    if (!isStokerError(error)) throw error;
    const { message, reason, hint } = error;
    throw new StokerError(`${field}: ${message}`, { reason, class: error.class, hint, cause: error });
  }
}
