import { annotations, type Stoker } from '@stoker/crd-types';

/** A push event as another replica than the leader received it. */
export interface Pushed {
  /** Undefined where the event named none. */
  readonly commit: string | undefined;
  readonly sender: string | undefined;
  readonly delivery: string | undefined;
}

/** After so long the leader of that time has been told, or every ref has been asked for anyway. */
const freshMs = 5 * 60_000;
/** Senders' ids are far shorter; whatever else somebody sends ends here. */
const mostCharacters = 128;

/** The value of the annotation `stoker.io/pushed`: `<commit>@<time>@<sender>@<delivery>`, the last one percent-encoded. */
export function writePushed({ commit, sender, delivery }: Pushed, at: Date): string {
  const id = encodeURIComponent((delivery ?? '').slice(0, mostCharacters).toWellFormed());
  return [commit ?? '', at.toISOString(), sender ?? '', id].join('@');
}

/** Reads it. The annotation may have been written by an older controller, which named no sender, or by anybody. */
export function readPushed({ metadata }: Pick<Stoker, 'metadata'>): Pushed & { readonly at: string | undefined } {
  const [commit, at, sender, delivery] = (metadata.annotations?.[annotations.pushed] ?? '').split('@');
  return {
    commit: commit || undefined,
    at: at || undefined,
    sender: sender || undefined,
    delivery: decoded(delivery || undefined),
  };
}

/** A push event came that no leader has acted on: somebody waits for it. */
export function isBehindPush(stoker: Pick<Stoker, 'metadata' | 'status'>, now: Date): boolean {
  const { commit, at } = readPushed(stoker);
  const isFresh = at !== undefined && now.getTime() - Date.parse(at) < freshMs;
  return isFresh && commit !== stoker.status?.commit;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text).slice(0, mostCharacters);
  } catch {
    // Somebody else wrote it.
    return undefined;
  }
}
