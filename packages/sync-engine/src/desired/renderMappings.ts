import type { TemplateVariables } from '@stoker/template';
import { compileTransforms } from '../transforms/compileTransforms.ts';
import type { Transforms } from '../transforms/compileTransforms.ts';
import { parseRelativePath, rootPath, unsafePath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Mapping } from '../types.ts';
import { renderField } from './renderField.ts';

/** A mapping whose paths are rendered and checked, and whose transforms are ready to run. */
export interface RenderedMapping {
  readonly source: RelativePath;
  readonly destination: RelativePath;
  readonly type: 'dir' | 'file';
  readonly required: boolean;
  /** Always `owned` for the root: what Stoker did not write there belongs to somebody else. */
  readonly prune: 'mirror' | 'owned';
  readonly allowEmpty: boolean;
  readonly transforms: Transforms | undefined;
  readonly owner: string | undefined;
  /** What errors call it. */
  readonly label: string;
}

/** Throws `InvalidTemplate`, `InvalidPatch`, `InvalidPattern` and `UnsafePath`, which name the mapping and its field. */
export function renderMappings(mappings: readonly Mapping[], variables: TemplateVariables): readonly RenderedMapping[] {
  return mappings.map((mapping, index) => {
    const label = mapping.label ?? `mappings[${index}]`;
    const { type = 'dir', required = false, prune = 'mirror', allowEmpty = false } = mapping;
    const [sourceField, destinationField] = [`${label}.source`, `${label}.destination`];
    const source = parseRelativePath(renderField(mapping.source, variables, sourceField), sourceField);
    const renderedDestination = renderField(mapping.destination, variables, destinationField);
    const destination = parseRelativePath(renderedDestination, destinationField);
    if (type === 'file' && (destination === rootPath || renderedDestination.endsWith('/'))) {
      throw unsafePath(renderedDestination, destinationField, 'names a folder, but the mapping is of type "file"');
    }
    return {
      source,
      destination,
      type,
      required,
      prune: destination === rootPath ? 'owned' : prune,
      allowEmpty,
      transforms: compileTransforms(mapping, variables, label),
      owner: mapping.owner,
      label,
    };
  });
}
