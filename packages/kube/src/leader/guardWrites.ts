import { ApiError } from '../client/apiError.ts';
import type { KubeClient, LeaderElection, RequestOptions } from '../types.ts';

/**
 * The client, whose writes are refused (`ApiError` with reason `NotLeader`) once this replica does not lead. It is asked
 * when a write is called for, and again right before its first byte is sent: a process that was frozen past its lease
 * in between, while it fetched a token, say, or opened a connection, writes nothing when it wakes. A write that is on
 * its way when the `term` ends is broken off, so that the server has not got it when another replica begins.
 */
export function guardWrites(
  client: KubeClient,
  election: Pick<LeaderElection, 'isLeader'> & { readonly term?: AbortSignal | undefined },
): KubeClient {
  const refuse = () => {
    if (election.isLeader) return;
    throw new ApiError('this replica does not lead: nothing was sent', { status: 0, reason: 'NotLeader' });
  };
  const guard = async <O extends RequestOptions, R>(options: O, write: (options: O) => Promise<R>): Promise<R> => {
    refuse();
    const limit = new AbortController();
    const abort = () => limit.abort();
    const signals = [options.signal, election.term].filter((signal) => signal !== undefined);
    for (const signal of signals) signal.addEventListener('abort', abort);
    if (signals.some(({ aborted }) => aborted)) abort();
    try {
      const beforeSend = () => {
        options.beforeSend?.();
        refuse();
      };
      return await write({ ...options, signal: limit.signal, beforeSend });
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    }
  };
  return {
    ...client,
    create: (type, object, options = {}) => guard(options, (guarded) => client.create(type, object, guarded)),
    apply: (type, object, options) => guard(options, (guarded) => client.apply(type, object, guarded)),
    mergePatch: (type, key, patch, options = {}) =>
      guard(options, (guarded) => client.mergePatch(type, key, patch, guarded)),
    replace: (type, object, options = {}) => guard(options, (guarded) => client.replace(type, object, guarded)),
    delete: (type, key, options = {}) => guard(options, (guarded) => client.delete(type, key, guarded)),
    raw: (method, path, body, options = {}) => {
      if (method === 'GET') return client.raw(method, path, body, options);
      return guard(options, (guarded) => client.raw(method, path, body, guarded));
    },
  };
}
