import { documentKeys, parseMetadataDocument, type MetadataDocument } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import { ApiError, configMaps, isForbidden, startReflector, type ConfigMap, type KubeClient } from '@stoker/kube';
import type { Logger } from '@stoker/logging';

/** A release waits for as long after an outage of the API server. Of one object, asking is cheap, also for 5,000 agents. */
const longestBackoffMs = 5_000;

export interface DocumentListener {
  readonly name: string;
  readonly log: Logger;
  /** Undefined: it is gone. */
  readonly onDocument: (document: MetadataDocument | undefined) => void;
  /** With every try that fails. */
  readonly onUnread: (why: UnreadReason) => void;
}

export type UnreadReason = 'Forbidden' | 'Other';

/**
 * Watches the one metadata document that this agent may read. A document that cannot be read changes nothing: the agent
 * stays with the one before it.
 */
export function watchDocument(
  options: DocumentListener & { readonly client: KubeClient; readonly namespace: string },
): ReturnType<typeof startReflector<ConfigMap>> {
  const { client, namespace, name } = options;
  const fieldSelector = `metadata.name=${name}`;
  return startReflector({
    client,
    type: configMaps,
    namespace,
    fieldSelector,
    longestBackoffMs,
    ...hearDocument(options),
  });
}

/** What becomes of what the watch says. */
export function hearDocument({ name, log, onDocument, onUnread }: DocumentListener) {
  let saidReason = '';
  return {
    onDelta({ after }: { readonly after?: ConfigMap | undefined }): void {
      saidReason = '';
      if (after === undefined) {
        log.info('metadata document is gone', { reason: name });
        return onDocument(undefined);
      }
      const text = after.data?.[documentKeys.metadata];
      // Created, but not written yet.
      if (text === undefined) return;
      const document = parseMetadataDocument(text);
      const { release } = document;
      log.info('metadata document read', { release: release?.id, commit: release?.commit, ref: release?.ref });
      onDocument(document);
    },
    onError(error: unknown): void {
      onUnread(isForbidden(error) ? 'Forbidden' : 'Other');
      const reason = error instanceof ApiError ? error.reason : describeError(error).reason;
      if (reason !== saidReason)
        log.warn('metadata document not read; the folder stays as it is', { error, reason: name });
      saidReason = reason;
    },
  };
}
