import { conditionTypes, reasons } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import type { Draft } from '../reconcile/draft.ts';
import { sentenceOf } from '../sentence.ts';
import type { Claim } from './claim.ts';
import { saidOfThisRef } from './saidOfThisRef.ts';

/** Undefined where no host key is involved. */
export function hostKeyVerified({ stoker, ref, target }: Draft): Claim | undefined {
  const { repo, auth } = stoker.spec.git;
  const isSsh = /^ssh:\/\//i.test(repo) || !repo.includes('://');
  if (!isSsh) return undefined;
  if (auth?.sshKey?.knownHosts === undefined) {
    return {
      status: 'False',
      reason: reasons.HostKeyNotChecked,
      message:
        'any host key of the git server is accepted; give its keys in spec.git.auth.sshKey.knownHosts.secretRef (ssh-keyscan HOST)',
    };
  }
  if (ref.kind === 'failed') {
    const { reason } = describeError(ref.error);
    if (isAboutKey(reason)) return { status: 'False', reason, message: sentenceOf(ref.error) };
  }
  const before = saidOfThisRef({ stoker, target }, conditionTypes.HostKeyVerified);
  if (!hasShownKey(ref) && before !== undefined && isAboutKey(before.reason)) return before;
  return { status: 'True', reason: reasons.Succeeded, message: 'the host key is checked against the given ones' };
}

/** Whether the git server came as far as its key, and that was taken. */
function hasShownKey(ref: Draft['ref']): boolean {
  if (ref.kind !== 'failed') return ref.kind === 'resolved';
  const { reason } = describeError(ref.error);
  return reason !== reasons.GitUnreachable && reason !== reasons.GitTimeout;
}

function isAboutKey(reason: string): boolean {
  return reason === 'HostKeyUnknown' || reason === 'HostKeyMismatch';
}
