import { ApiError } from '../client/apiError.ts';
import type { KubeClient, LeaderElection } from '../types.ts';

/**
 * The client, whose writes are refused (`ApiError` with reason `NotLeader`) once this replica does not lead. It is asked
 * at the moment of sending, so that a process that was frozen past its lease writes nothing more when it wakes.
 */
export function guardWrites(client: KubeClient, election: Pick<LeaderElection, 'isLeader'>): KubeClient {
  const refuse = () => {
    if (election.isLeader) return;
    throw new ApiError('this replica does not lead: nothing was sent', { status: 0, reason: 'NotLeader' });
  };
  return {
    ...client,
    create: async (type, object, options) => (refuse(), client.create(type, object, options)),
    apply: async (type, object, options) => (refuse(), client.apply(type, object, options)),
    mergePatch: async (type, key, patch, options) => (refuse(), client.mergePatch(type, key, patch, options)),
    replace: async (type, object, options) => (refuse(), client.replace(type, object, options)),
    delete: async (type, key, options) => (refuse(), client.delete(type, key, options)),
    raw: async (method, path, body, options) => {
      if (method !== 'GET') refuse();
      return client.raw(method, path, body, options);
    },
  };
}
