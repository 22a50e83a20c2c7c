import { credentialFields, pickSecretValue, privateKeyField, type SecretKeyRef } from '../access/credentials.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, failed, type Outcome } from './draft.ts';

/** The values of all Secrets that the CR names. What is missing is noted by field; the rest goes on. */
export async function readCredentials(draft: Draft, deps: Deps): Promise<Outcome> {
  const credentials = new Map<string, string>();
  const errors: { field: string; isForGit: boolean; error: unknown }[] = [];
  const read = async (field: string, ref: SecretKeyRef, isForGit: boolean) => {
    try {
      return pickSecretValue(field, ref, await deps.secrets.read({ namespace: draft.namespace, name: ref.name }));
    } catch (error) {
      errors.push({ field, isForGit, error });
      return undefined;
    }
  };
  for (const { field, ref, agentKey, isForGit } of credentialFields(draft.stoker)) {
    const value = await read(field, ref, isForGit);
    if (field === privateKeyField) draft.appPrivateKey = value;
    if (value !== undefined && agentKey !== undefined) credentials.set(agentKey, value);
  }
  // The key of push events is read only so that a bad reference is said; it is given to no agent.
  const webhook = draft.stoker.spec.webhook?.secretRef;
  if (webhook !== undefined) await read('spec.webhook.secretRef', webhook, false);
  draft.credentials = credentials;
  draft.credentialErrors = errors;
  return errors[0] === undefined ? done : failed(errors[0].error);
}
