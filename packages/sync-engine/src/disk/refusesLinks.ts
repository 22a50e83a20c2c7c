import { errorCode } from '../syncError.ts';

/** Hard links may be unsupported, too many, or forbidden for files of other owners: a copy has to do. */
export function refusesLinks(error: unknown): boolean {
  return ['EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES'].includes(errorCode(error) ?? '');
}
