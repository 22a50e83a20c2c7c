import { ApiError } from '../client/apiError.ts';
import type { Lease } from '../resourceTypes.ts';
import type { KubeClient, KubeObject } from '../types.ts';

export interface LeaseStore {
  /** A client of one replica, which can be cut off from the server. */
  client(): { readonly client: KubeClient; isCutOff: boolean };
  readonly lease: Lease | undefined;
  readonly writes: number;
}

const conflict = new ApiError('the object has been modified', { status: 409, reason: 'Conflict' });
const unreachable = new ApiError('unreachable', { status: 0, reason: 'Unreachable' });

/** One lease with optimistic locking, in memory. */
export function createLeaseStore(): LeaseStore {
  let lease: Lease | undefined;
  let writes = 0;
  const write = (next: KubeObject) => {
    if (next.metadata.resourceVersion !== lease?.metadata.resourceVersion) throw conflict;
    lease = { ...(next as Lease), metadata: { ...next.metadata, resourceVersion: String(++writes) } };
    return lease;
  };
  const unused = () => Promise.reject(new Error('not a part of leader election'));
  return {
    get lease() {
      return lease;
    },
    get writes() {
      return writes;
    },
    client: () => {
      const handle = { isCutOff: false, client: {} as KubeClient };
      const answer = async <T>(value: () => unknown): Promise<T> => {
        if (handle.isCutOff) throw unreachable;
        return value() as T;
      };
      handle.client = {
        get: unused,
        list: unused,
        apply: unused,
        mergePatch: unused,
        delete: unused,
        raw: unused,
        stream: unused,
        find: () => answer(() => lease),
        create: (_, object) => answer(() => write(object)),
        replace: (_, object) => answer(() => write(object)),
      };
      return handle;
    },
  };
}
