import Type from 'typebox';

/** What JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Any JSON value, kept as it was written. */
export const jsonValue = (description: string) =>
  Type.Unsafe<JsonValue>({ description, 'x-kubernetes-preserve-unknown-fields': true });
