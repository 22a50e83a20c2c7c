import { hostname } from 'node:os';
import { pid } from 'node:process';
import type { SyncRequest } from '../types.ts';

type Defaulted = 'excludePatterns' | 'variables' | 'protection' | 'driftPolicy' | 'release' | 'holder';

/** A request in which everything is said. */
export type WholeRequest = Omit<SyncRequest, Defaulted> & {
  readonly [Field in Defaulted]-?: NonNullable<SyncRequest[Field]>;
};

export function withDefaults(request: SyncRequest): WholeRequest {
  const id = request.source.id ?? '';
  return {
    ...request,
    excludePatterns: request.excludePatterns ?? [],
    variables: request.variables ?? {},
    protection: request.protection ?? { paths: [], explicitOnly: [] },
    driftPolicy: request.driftPolicy ?? 'restore',
    release: request.release ?? { id, ref: '', commit: id },
    // The pod of a container has its name from the cluster: after a restart it is the same holder.
    holder: request.holder ?? `process ${pid} of ${hostname()}`,
  };
}
