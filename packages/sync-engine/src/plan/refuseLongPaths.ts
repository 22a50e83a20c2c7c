import { unsafePath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';

/** PATH_MAX of Linux, without the byte that ends a path. */
const longestPathBytes = 4095;

/**
 * Refuses files that the target could not hold where it lies: from the top they would be longer than the kernel takes. Throws
 * `UnsafePath`.
 */
export function refuseLongPaths(paths: Iterable<RelativePath>, target: string): void {
  const room = longestPathBytes - Buffer.byteLength(`${target}/`);
  for (const path of paths) {
    // A character has at most three bytes in UTF-8 for each of its units in UTF-16.
    if (path.length * 3 <= room || Buffer.byteLength(path) <= room) continue;
    throw unsafePath(path, 'the path', `is longer than the ${room} bytes that are left below the target`);
  }
}
