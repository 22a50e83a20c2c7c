import { directorySource } from '../directorySource.ts';
import type { Mapping, SyncRequest } from '../types.ts';

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
