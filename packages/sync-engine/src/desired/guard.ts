import { compilePatterns } from '../paths/matchPatterns.ts';
import { isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Protection } from '../types.ts';

/** The working folder inside the target: journal, manifest, stage, snapshots. */
export const stateFolderName = '.stoker';

/** What no mapping may touch, whatever it says. */
export interface Guard {
  mayWrite(path: RelativePath, mappingType: 'dir' | 'file'): boolean;
  mayDelete(path: RelativePath, kind: 'file' | 'folder'): boolean;
}

export function compileGuard(protection: Protection): Guard {
  const untouchable = compilePatterns(protection.paths);
  const explicitOnly = compilePatterns(protection.explicitOnly);
  const isForbidden = (path: RelativePath, kind: 'file' | 'folder'): boolean =>
    isInside(path.toLowerCase(), stateFolderName) || untouchable(path, kind);
  return {
    mayWrite: (path, mappingType) =>
      !isForbidden(path, 'file') && (mappingType === 'file' || !explicitOnly(path, 'file')),
    mayDelete: (path, kind) => !isForbidden(path, kind) && !explicitOnly(path, kind),
  };
}
