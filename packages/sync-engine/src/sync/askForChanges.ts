import { readManifestHeader } from '../state/manifestFile.ts';
import type { SourceChange } from '../types.ts';
import type { Run } from './run.ts';

/** What changed in the source since the target was written; undefined where nothing of it would help. */
export type Changes = Promise<readonly SourceChange[] | undefined> | undefined;

/**
 * Asks a source what changed since the manifest was written. Called before the manifest is read, of which the first line is
 * enough to ask: a source that answers from another process, as git does, works while the manifest is being read.
 */
export function askForChanges({ request, recipe, options }: Run, statePath: string): Changes {
  const { source } = request;
  // A seal depends on its neighbours, so that what did not change may have to be made anew.
  if (options.rehash === true || recipe.mappings.some(({ transforms }) => transforms !== undefined)) return undefined;
  const { sourceId, context } = readManifestHeader(statePath) ?? {};
  if (source.id === undefined || sourceId === undefined || sourceId === source.id) return undefined;
  if (context !== recipe.context) return undefined;
  const changes = source.changesSince?.(sourceId, options.signal);
  // Whoever waits for the answer gets the error; where the rest of the manifest is damaged, nobody does.
  changes?.catch(() => undefined);
  return changes;
}
