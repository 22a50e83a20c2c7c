import type { Stoker } from '@stoker/crd-types';
import { formatKey, keyOf } from '@stoker/kube';
import { pickSecretValue } from '../access/credentials.ts';
import type { SecretReader } from '../cluster/secretReader.ts';

/** The keys that push events are signed with, in memory: nobody unauthenticated makes this process ask anything. */
export interface WebhookKeys {
  /** Of the CR's own path. Empty: no event can be authentic. */
  of(stokerKey: string, stoker: Stoker): readonly string[];
  /** Of the installation. */
  readonly installation: readonly string[];
  /** Reads the CR's own key again. Throws what the API server answers. */
  refresh(stoker: Stoker): Promise<void>;
  forget(stokerKey: string): void;
}

export function createWebhookKeys(secrets: SecretReader, installation: () => readonly string[]): WebhookKeys {
  const own = new Map<string, readonly string[]>();
  /** The latest question about each: an answer that was overtaken by another is none. */
  const asked = new Map<string, symbol>();
  const forget = (key: string): void => {
    asked.delete(key);
    own.delete(key);
  };
  return {
    of: (key, stoker) => (stoker.spec.webhook === undefined ? installation() : (own.get(key) ?? [])),
    get installation() {
      return installation();
    },
    refresh: async (stoker) => {
      const key = formatKey(keyOf(stoker));
      const ref = stoker.spec.webhook?.secretRef;
      if (ref === undefined) return forget(key);
      const question = Symbol(key);
      asked.set(key, question);
      try {
        const data = await secrets.read({ namespace: stoker.metadata.namespace ?? '', name: ref.name });
        if (asked.get(key) !== question) return;
        own.set(key, splitKeys(pickSecretValue('spec.webhook.secretRef', ref, data)));
      } catch (error) {
        if (asked.get(key) !== question) return;
        // A key that was withdrawn must not go on working; the reconcile of the CR says what is wrong with the Secret.
        own.delete(key);
        throw error;
      }
    },
    forget,
  };
}

/** One secret a line, so that the old and the new one can stand together while senders are changed over. */
export function splitKeys(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
