import type { Remote } from '../types.ts';
import { connect } from './connect.ts';
import { startDeadline } from './deadline.ts';
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
  const deadline = startDeadline(remote, signal, timeoutMs);
  try {
    return (await beginSession(remote, exchangeOver(dispatcher, deadline.signal))).remote;
  } finally {
    deadline.end();
    await dispatcher.destroy();
  }
}
