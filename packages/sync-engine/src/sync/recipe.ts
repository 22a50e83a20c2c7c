import { createHash } from 'node:crypto';
import { checkFileMappings, checkOwners } from '../desired/checkConflicts.ts';
import { compileGuard } from '../desired/guard.ts';
import type { Guard } from '../desired/guard.ts';
import { renderMappings } from '../desired/renderMappings.ts';
import type { RenderedMapping } from '../desired/renderMappings.ts';
import { compilePatterns } from '../paths/matchPatterns.ts';
import type { PathMatcher } from '../paths/matchPatterns.ts';
import type { WholeRequest } from './withDefaults.ts';

/** Everything but the source that decides which files are desired and which may be touched. */
export interface Recipe {
  readonly mappings: readonly RenderedMapping[];
  readonly excluded: PathMatcher;
  readonly guard: Guard;
  /** Folders that the report counts one by one. */
  readonly groups: PathMatcher;
  /** Equal for two recipes that desire the same of one source. */
  readonly context: string;
}

/** Throws `InvalidTemplate`, `InvalidPatch`, `UnsafePath`, `InvalidPattern`, `PathConflict`. */
export function readRecipe(request: WholeRequest): Recipe {
  const mappings = renderMappings(request.mappings, request.variables);
  checkFileMappings(mappings);
  checkOwners(mappings);
  const seal = request.seal?.fileName ?? '';
  const desired = mappings.map(({ label: _called, ...mapping }) => mapping);
  const parts = [desired, request.excludePatterns, request.protection, request.source.blobHash, seal];
  return {
    mappings,
    excluded: compilePatterns(request.excludePatterns),
    guard: compileGuard(request.protection),
    groups: compilePatterns(request.groups ?? []),
    context: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  };
}
