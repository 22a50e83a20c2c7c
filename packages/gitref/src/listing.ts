/** A ref as a server lists it; a tag with the commit that it peels to. */
export interface ListedRef {
  readonly name: string;
  readonly commit: string;
}

/** What was asked for, as far as it exists, and whether the repository has any branch at all. */
export interface Listing {
  readonly refs: readonly ListedRef[];
  readonly empty: boolean;
}
