import { annotations, conditionTypes, reasons, type Stoker } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import { credentialFields } from '../access/credentials.ts';
import type { Draft } from '../reconcile/draft.ts';
import { sentenceOf } from '../sentence.ts';
import type { Claim } from './claim.ts';
import { saidOfThisRef } from './saidOfThisRef.ts';

export function refResolved({ ref, target, stoker }: Draft): Claim {
  const isRequest = target.kind === 'requested' || target.kind === 'incomplete';
  const field = isRequest ? `annotation ${annotations.requestedRef}` : 'spec.git.ref';
  const named = `spec.git.repo ${stoker.spec.git.repo}, ${field} ${target.ref}`;
  if (ref.kind === 'resolved') {
    const message = `${target.ref} is at ${ref.commit}`;
    if (target.kind !== 'requested') return { status: 'True', reason: reasons.Succeeded, message };
    return { status: 'True', reason: reasons.RefRequested, message: `${message}, ${requestNote(target)}` };
  }
  if (ref.kind === 'failed') {
    const way = isRequest ? `; remove the annotation to follow spec.git.ref ${stoker.spec.git.ref} again` : '';
    const keeps = ref.commit === undefined ? '' : '. Gateways keep the release they have';
    return {
      status: 'False',
      reason: describeError(ref.error).reason,
      message: `${named}: ${sentenceOf(ref.error)}${secretsBehind(ref.error, stoker)}${way}${keeps}`,
    };
  }
  const before = saidOfThisRef({ stoker, target }, conditionTypes.RefResolved);
  if (before !== undefined && before.status !== 'Unknown' && !saidWithoutGit.has(before.reason)) return before;
  return { status: 'Unknown', reason: reasons.Progressing, message: `${named}: the git server is being asked` };
}

/** Not what a git server has answered: over, once it is asked. */
const saidWithoutGit: ReadonlySet<string> = new Set([
  reasons.SecretNotFound,
  reasons.SecretKeyNotFound,
  reasons.RepositoryNotAllowed,
]);

/** Whoever reads a Secret's value knows not where it is from, so that an error about the value does not say it. */
const fieldsBehind: Readonly<Record<string, RegExp>> = {
  [reasons.AuthenticationFailed]: /^spec\.git\.auth\.(?!sshKey\.knownHosts)/,
  [reasons.CertificateInvalid]: /^spec\.git\.caBundleSecretRef$/,
};

function secretsBehind(error: unknown, stoker: Stoker): string {
  const behind = fieldsBehind[describeError(error).reason];
  const named = credentialFields(stoker)
    .filter(({ field }) => behind?.test(field))
    .map(({ field, ref }) => `${field} (key ${ref.key} of Secret ${ref.name})`);
  return named.length === 0 ? '' : `. What was used is from ${named.join(' and ')}`;
}

function requestNote(target: { readonly by: string | undefined; readonly expiresAt: Date }): string {
  const by = target.by === undefined ? '' : ` by ${target.by}`;
  return `as requested${by}. Until ${target.expiresAt.toISOString()}: write it into spec.git.ref to keep it`;
}
