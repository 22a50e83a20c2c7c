import { statSync, type Stats } from 'node:fs';
import { parse, resolve } from 'node:path';
import { StokerError } from '@stoker/errors';
import { usageError } from '@stoker/command-line';

const hint = 'name the data folder of the gateway';

/**
 * The folder that `--target` names, as an absolute path. One that does not exist yet is made by the first sync.
 * @throws StokerError `TargetUnsafe` for the root of the file system, `Usage` for what is no folder or cannot be looked at
 */
export function readTarget(option: string): { readonly path: string; readonly exists: boolean } {
  const path = resolve(option);
  if (path === parse(path).root) {
    throw new StokerError(`--target ${path} is the whole file system`, {
      reason: 'TargetUnsafe',
      class: 'stalled',
      hint,
    });
  }
  const found = lookAt(path);
  if (found?.isDirectory() === false) throw usageError(`--target ${path} is no folder`, hint);
  return { path, exists: found !== undefined };
}

/** The folder that `--target` names, for commands that need one that is there: a slip of the pen shall not look like success. */
export function readExistingTarget(option: string): string {
  const { path, exists } = readTarget(option);
  if (!exists) throw usageError(`--target ${path} does not exist`, hint);
  return path;
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
    const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : 'unknown error';
    throw usageError(`--target ${shown} cannot be looked at: ${code}`, hint, cause);
  }
}
