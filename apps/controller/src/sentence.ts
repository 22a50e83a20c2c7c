import { describeError } from '@stoker/errors';

/** The sentence for people: what is wrong and, where it is known, what would help. */
export function sentence({ message, hint }: { readonly message: string; readonly hint?: string | undefined }): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** The same for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return sentence(describeError(error));
}
