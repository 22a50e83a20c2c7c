import { invalidPayload } from './payload.ts';

/** The part of an event that names a place in a repository. */
export interface Place {
  readonly ref?: string;
  readonly commit?: string;
}

/** A commit, unless it is the zero SHA by which git says "none". */
export function commitOf(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && /[^0]/.test(text) ? text : undefined;
}

/** Whether a push took the ref away. */
export function isZeroCommit(text: string | undefined): boolean {
  return text !== undefined && /^0+$/.test(text);
}

/** `main` as `refs/heads/main`. */
export function branchRef(name: string): string {
  return checkedRef(name.startsWith('refs/') ? name : `refs/heads/${name}`);
}

/** `v1` as `refs/tags/v1`. */
export function tagRef(name: string): string {
  return checkedRef(name.startsWith('refs/') ? name : `refs/tags/${name}`);
}

/**
 * A ref that may be handed on: it is no option, and cannot climb out of anywhere.
 *
 * @throws StokerError `InvalidPayload`
 */
export function checkedRef(ref: string): string {
  if (ref !== '' && ref.length <= 1024 && !/^-|[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//.test(ref)) return ref;
  throw invalidPayload(
    `the ref ${JSON.stringify(ref.slice(0, 100))} cannot name a branch, a tag or a commit`,
    'send the name of a branch or a tag, or a full commit SHA',
  );
}

/** Leaves out what is not there, so that optional fields stay optional. */
export function place(ref: string | undefined, commit: string | undefined): Place {
  return { ...(ref === undefined ? {} : { ref }), ...(commit === undefined ? {} : { commit }) };
}
