import type { Remote } from '../types.ts';
import { connect } from './connect.ts';
import { exchangeOver } from './exchange.ts';
import { beginSession } from './session.ts';

/**
 * Where a repository is found in the end: after a redirect to another host, without credentials.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export async function locate(
  remote: Remote,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<Remote> {
  const dispatcher = connect(remote);
  try {
    const timeout = AbortSignal.timeout(Math.max(timeoutMs, 1));
    return (await beginSession(remote, exchangeOver(dispatcher, { signal, timeout }))).remote;
  } finally {
    await dispatcher.destroy();
  }
}
