import Type from 'typebox';

/** For one glob that no file name can keep busy for long. */
export const globRules = ['globGiven', 'globRelative', 'globGroups', 'globStars'];

/** A list of globs that no file name can keep busy for long. */
export const excludePatterns = (description: string, byDefault: readonly string[]) =>
  Type.Array(
    Type.String({
      maxLength: 512,
      'x-stoker-rules': globRules,
    }),
    { description, default: byDefault, maxItems: 64, 'x-kubernetes-list-type': 'atomic' },
  );
