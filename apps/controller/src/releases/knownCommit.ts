import type { MetadataDocument } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';

/**
 * The commit that a gateway's candidate is made of. While the git server has not answered, the status tells it, and may be
 * behind: a controller that dies after it released a commit has not written the status yet. What a gateway was told last,
 * unheld, is never older, and going back to an older commit is nobody's wish.
 */
export function knownCommit(
  { ref, target, stoker }: Pick<Draft, 'ref' | 'target' | 'stoker'>,
  told: MetadataDocument | undefined,
): string | undefined {
  const last = told?.held === undefined ? told?.release : undefined;
  const isOfThisRef = last?.ref === target.ref && last.repository === stoker.spec.git.repo;
  return ref.kind !== 'resolved' && isOfThisRef ? last.commit : ref.commit;
}
