import { ApiError } from '../client/apiError.ts';
import type { KubeClient, LeaderElection } from '../types.ts';

/**
 * The client, whose writes are refused (`ApiError` with reason `NotLeader`) once this replica does not lead. It is asked
 * when a write is called for, and again right before its first byte is sent: a process that was frozen past its lease
 * in between, while it fetched a token, say, or opened a connection, writes nothing when it wakes.
 */
export function guardWrites(client: KubeClient, election: Pick<LeaderElection, 'isLeader'>): KubeClient {
  const refuse = () => {
    if (election.isLeader) return;
    throw new ApiError('this replica does not lead: nothing was sent', { status: 0, reason: 'NotLeader' });
  };
  const guarded = <O extends object>(options: O) => {
    refuse();
    return { ...options, beforeSend: refuse };
  };
  return {
    ...client,
    create: async (type, object, options = {}) => client.create(type, object, guarded(options)),
    apply: async (type, object, options) => client.apply(type, object, guarded(options)),
    mergePatch: async (type, key, patch, options = {}) => client.mergePatch(type, key, patch, guarded(options)),
    replace: async (type, object, options = {}) => client.replace(type, object, guarded(options)),
    delete: async (type, key, options = {}) => client.delete(type, key, guarded(options)),
    raw: async (method, path, body, options = {}) =>
      client.raw(method, path, body, method === 'GET' ? options : guarded(options)),
  };
}
