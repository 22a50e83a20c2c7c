import { describeError } from '@stoker/errors';
import { directorySource } from '../directorySource.ts';
import { sync } from '../sync/sync.ts';
import type { Mapping, SyncOptions, SyncRequest } from '../types.ts';
import { memorySource } from './memorySource.ts';
import type { Tree } from './trees.ts';

/** A request with everything ordinary: the whole source, mirrored into `conf`. */
export function requestFor(source: string, target: string, changes: Partial<SyncRequest> = {}): SyncRequest {
  return {
    source: directorySource(source),
    target,
    mappings: [mapping('.', 'conf')],
    excludePatterns: ['**/.gitkeep'],
    variables: {},
    protection: { paths: [], explicitOnly: [] },
    driftPolicy: 'restore',
    release: { id: 'release-1', ref: 'main', commit: '1111111' },
    holder: 'test',
    ...changes,
  };
}

export function mapping(source: string, destination: string, changes: Partial<Mapping> = {}): Mapping {
  return { source, destination, type: 'dir', required: false, prune: 'mirror', allowEmpty: false, ...changes };
}

export function memoryRequest(target: string, tree: Tree, changes: Partial<SyncRequest> = {}): SyncRequest {
  return requestFor('', target, { source: memorySource(tree), ...changes });
}

/** The error of a sync that has to fail. */
export async function refusal(request: SyncRequest, options?: SyncOptions): Promise<ReturnType<typeof describeError>> {
  try {
    await sync(request, options);
  } catch (error) {
    return describeError(error);
  }
  throw new Error('was not refused');
}
