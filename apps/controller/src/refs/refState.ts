import { describeError } from '@stoker/errors';
import type { ResolvedRef } from '@stoker/gitref';

/** What is known about one ref of one repository. The last commit survives every failure. */
export interface RefState {
  readonly resolved: ResolvedRef | undefined;
  /** Of the latest attempt; undefined after a success and before the first. */
  readonly error: unknown;
  /** Failed attempts in a row. */
  readonly attempt: number;
}

/** Whether a subscriber would say something else: another commit, another failure, or the end of one. */
export function isNews(before: RefState, after: RefState): boolean {
  if (before.resolved?.commit !== after.resolved?.commit || before.resolved?.kind !== after.resolved?.kind) return true;
  return wordsOf(before.error) !== wordsOf(after.error);
}

/** What is said of an error; undefined for none. */
export function wordsOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  const { reason, message } = describeError(error);
  return `${reason}: ${message}`;
}
