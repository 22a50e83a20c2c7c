import { annotations, stokers } from '@stoker/crd-types';
import { type KubeClient, parseKey } from '@stoker/kube';
import { createDebouncer } from './debounce.ts';
import type { Action } from './route.ts';

/** Between two writes for one CR, however many events come. */
const debounceMs = 1_000;

export interface Notifier {
  /** Ends when the cluster has it; rejects when it does not, so that the sender delivers again. */
  notify(action: Action, by: string): Promise<void>;
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
      const at = options.now().toISOString();
      // Requests and resolves are debounced apart, so that a push never swallows the ref that a release asked for.
      if (action.kind === 'resolve') {
        if (options.resolveHere(key, action.commit)) return Promise.resolve();
        return debounce(`resolve ${key}`, () =>
          annotate(key, { [annotations.pushed]: `${action.commit ?? ''}@${at}` }),
        );
      }
      const isRequest = action.kind === 'request';
      return debounce(`request ${key}`, () =>
        annotate(key, {
          [annotations.requestedRef]: isRequest ? action.ref : null,
          [annotations.requestedAt]: isRequest ? at : null,
          [annotations.requestedBy]: isRequest ? by : null,
          [annotations.requestedOver]: isRequest ? action.over : null,
        }),
      );
    },
  };
}

/** The commit that another replica was told of; undefined when the event named none. */
export function pushedCommit(annotation: string): string | undefined {
  const [commit] = annotation.split('@');
  return commit === undefined || commit === '' ? undefined : commit;
}
