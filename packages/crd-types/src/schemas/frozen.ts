type Primitive = string | number | boolean | bigint | symbol | null | undefined;

/** `T` with everything in it read-only: what was parsed is never changed. */
export type Frozen<T> = T extends Primitive
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : { readonly [Key in keyof T]: Frozen<T[Key]> };
