import { annotations, stokers } from '@stoker/crd-types';
import { type KubeClient, parseKey } from '@stoker/kube';
import { createDebouncer } from './debounce.ts';
import { writePushed } from './pushed.ts';
import type { Action } from './route.ts';

/** Between two writes for one CR, however many events come. */
const debounceMs = 1_000;

export interface Notifier {
  /** Ends when the cluster has it; rejects when it does not, so that the sender delivers again. */
  notify(action: Action, by: { readonly sender: string; readonly delivery?: string | undefined }): Promise<void>;
}

/**
 * Carries actions to the reconciler. It writes annotations, since the replica that received an event is rarely the one
 * that leads; where it does lead, a resolve needs no detour.
 */
export function createNotifier(options: {
  readonly client: KubeClient;
  /** True if this replica leads and has asked the git server; false: the leader has to be told. */
  readonly resolveHere: (key: string, commit: string | undefined) => boolean;
  readonly now: () => Date;
}): Notifier {
  const debounce = createDebouncer(debounceMs);
  const annotate = async (key: string, notes: Readonly<Record<string, string | null>>) => {
    await options.client.mergePatch(stokers, parseKey(key), { metadata: { annotations: notes } });
  };
  return {
    notify: (action, by) => {
      const { key } = action;
      const at = options.now();
      // Requests and resolves are debounced apart, so that a push never swallows the ref that a release asked for.
      if (action.kind === 'resolve') {
        if (options.resolveHere(key, action.commit)) return Promise.resolve();
        const pushed = writePushed({ commit: action.commit, sender: by.sender, delivery: by.delivery }, at);
        return debounce(`resolve ${key}`, () => annotate(key, { [annotations.pushed]: pushed }));
      }
      const isRequest = action.kind === 'request';
      return debounce(`request ${key}`, () =>
        annotate(key, {
          [annotations.requestedRef]: isRequest ? action.ref : null,
          [annotations.requestedAt]: isRequest ? at.toISOString() : null,
          [annotations.requestedBy]: isRequest ? by.sender : null,
          [annotations.requestedOver]: isRequest ? action.over : null,
        }),
      );
    },
  };
}
