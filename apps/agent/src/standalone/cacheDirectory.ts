import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Where a standalone sync keeps fetched objects: one folder for each repository and target, so that syncs of different
 * targets never wait for one another. Under `$XDG_CACHE_HOME` or `~/.cache`; a user without a home gets one in the
 * temporary folder.
 */
export function defaultCacheDirectory(repository: string, target: string, env: NodeJS.ProcessEnv): string {
  const key = createHash('sha256').update(`${repository}\0${target}`).digest('hex').slice(0, 16);
  return join(cacheHome(env), 'stoker', key);
}

function cacheHome(env: NodeJS.ProcessEnv): string {
  const configured = env['XDG_CACHE_HOME'];
  if (configured?.startsWith('/')) return configured;
  try {
    return join(homedir(), '.cache');
  } catch {
    // A uid without an entry in passwd and without $HOME.
    return join(tmpdir(), `stoker-${process.getuid?.() ?? userInfo().uid}`);
  }
}
