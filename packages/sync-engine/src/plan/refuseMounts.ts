import { stateFolderName } from '../desired/guard.ts';
import { isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { Operation } from './operations.ts';

/**
 * A rename can neither replace a mounted file nor reach another volume; found out here, nothing has changed yet.
 * Throws `TargetUnsafe`.
 */
export function refuseMounts(operations: readonly Operation[], mounts: readonly RelativePath[]): void {
  for (const mount of mounts) {
    if (operations.length > 0 && isInside(mount, stateFolderName)) {
      const message = `something is mounted at ${quotePath(mount)}: nothing can be renamed from there into the target`;
      throw syncError('TargetUnsafe', message, `let ${stateFolderName} lie on the volume of the target`);
    }
    const hit = operations.find(({ path }) => isInside(path, mount) || isInside(mount, path));
    if (hit === undefined) continue;
    throw syncError(
      'TargetUnsafe',
      `${quotePath(hit.path)} cannot be changed: something is mounted at ${quotePath(mount)} inside the target`,
      'sync that mount as a target of its own, or exclude it',
    );
  }
}
