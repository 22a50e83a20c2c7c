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

/** Throws `InvalidTemplate` and `UnsafePath`. */
export function renderMappings(mappings: readonly Mapping[], variables: TemplateVariables): readonly RenderedMapping[] {
  return mappings.map((mapping) => {
    const source = parseRelativePath(renderTemplate(mapping.source, variables), 'the source');
    const renderedDestination = renderTemplate(mapping.destination, variables);
    const destination = parseRelativePath(renderedDestination, 'the destination');
    if (mapping.type === 'file' && (destination === rootPath || renderedDestination.endsWith('/'))) {
      throw unsafePath(renderedDestination, 'the destination', 'names a folder, but the mapping is of type "file"');
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
