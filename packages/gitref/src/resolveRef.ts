import { openResolver } from './openResolver.ts';
import type { Remote, ResolvedRef, ResolveOptions } from './types.ts';

/**
 * `RefResolver.resolveRef`, once: nothing is kept.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export async function resolveRef(remote: Remote, ref: string, options: ResolveOptions = {}): Promise<ResolvedRef> {
  const resolver = openResolver();
  try {
    return await resolver.resolveRef(remote, ref, options);
  } finally {
    await resolver.close();
  }
}
