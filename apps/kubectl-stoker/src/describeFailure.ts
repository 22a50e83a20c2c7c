import { describeError } from '@stoker/errors';
import { ApiError } from '@stoker/kube';

const hints: Readonly<Record<string, string>> = {
  Forbidden: 'ask for that right, or choose another user with --context; "kubectl stoker check" lists what you may do',
  Unauthorized: 'log in again, or choose another user with --context',
  Unauthenticated: 'log in again, or choose another context with --context; "kubectl config get-contexts" lists them',
  Unreachable: 'is it the right cluster? choose with --context or --kubeconfig',
  Timeout: 'is it the right cluster? choose with --context or --kubeconfig',
};

/** Reason, message and hint of whatever was thrown; answers of the API server in words that say what to do. */
export function describeFailure(error: unknown): { reason: string; message: string; hint?: string } {
  if (!(error instanceof ApiError)) return describeError(error);
  const { reason } = error;
  // What a plugin for credentials has written ends with the end of a line.
  const message = error.message.trimEnd();
  const hint = hints[reason];
  return { reason, message, ...(hint === undefined ? {} : { hint }) };
}
