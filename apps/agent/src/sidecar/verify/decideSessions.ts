import { reasons, type ResolvedProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { DesignerSession } from '@stoker/ignition';

export type SessionPolicy = NonNullable<ResolvedProfile['designerSessionPolicy']>;

/** How long `wait` waits. Longer than a save, shorter than a shift. */
export const sessionWaitMs = 600_000;

export interface SessionFacts {
  readonly policy: SessionPolicy;
  /** Projects that the plan changes. */
  readonly projects: readonly string[];
  /** Open Designers, or why the gateway did not say. */
  readonly answer: readonly DesignerSession[] | { readonly silent: string };
  /** How long this release has waited already. */
  readonly waitedMs: number;
  /** How long it may. */
  readonly limitMs: number;
}

/** Who has a project of the plan open: they are named and the sync goes on; or an error of class `waiting` or `stalled`. */
export type SessionVerdict = { readonly editing: readonly DesignerSession[] } | { readonly refusal: StokerError };

/**
 * Whether files may change under the people who edit. Pure.
 *
 * | | proceed | wait | fail |
 * | --- | --- | --- | --- |
 * | nobody edits what changes | goes on | goes on | goes on |
 * | somebody does | goes on, named | waits; after the limit refused, until closed | refused, until closed |
 * | the gateway does not say | goes on | waits; after the limit goes on | refused |
 *
 * After the limit of `wait` the two differ: work that is known to be open is not touched, while a gateway that says
 * nothing for ten minutes must not be cut off from the release that may mend it.
 */
export function decideSessions({ policy, projects, answer, waitedMs, limitMs }: SessionFacts): SessionVerdict {
  const isOver = waitedMs >= limitMs;
  if ('silent' in answer) {
    if (policy === 'proceed' || (policy === 'wait' && isOver)) return { editing: [] };
    const message = `the gateway does not say who has a project open in a Designer: ${answer.silent}`;
    const refusal = new StokerError(message, {
      reason: reasons.DesignerSessionsUnknown,
      class: policy === 'wait' ? 'waiting' : 'stalled',
      hint:
        policy === 'wait'
          ? 'the release is synced once it answers, at the latest after ten minutes'
          : 'set designerSessionPolicy to wait or proceed, or let the gateway answer',
    });
    return { refusal };
  }
  const editing = answer.filter(({ project }) => projects.includes(project));
  if (editing.length === 0 || policy === 'proceed') return { editing };
  const message = `a Designer has open what the release changes: ${namesOf(editing).join(', ')}`;
  const waits = policy === 'wait' && !isOver;
  const refusal = new StokerError(message, {
    reason: reasons.DesignerSessionOpen,
    class: waits ? 'waiting' : 'stalled',
    hint: waits ? 'the release is synced once it is closed' : 'ask them to save and close; the release is synced then',
  });
  return { refusal };
}

/** `anna (plant)`. */
function namesOf(sessions: readonly DesignerSession[]): readonly string[] {
  return [...new Set(sessions.map(({ user, project }) => `${user} (${project})`))];
}
