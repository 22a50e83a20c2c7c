import Type, { type Static } from 'typebox';
import type { Frozen } from '../frozen.ts';
import { jsonValue } from '../jsonValue.ts';

export const resolvedProfile = Type.Object(
  {
    mappings: Type.Array(
      Type.Object({
        source: Type.String({ description: 'In the repository; templates are not rendered yet.' }),
        destination: Type.String({ description: 'In the data folder; templates are not rendered yet.' }),
        type: Type.Enum(['dir', 'file']),
        required: Type.Boolean(),
        prune: Type.Enum(['mirror', 'owned']),
        allowEmpty: Type.Boolean(),
        template: Type.Optional(Type.Boolean({ description: 'Not there: false.' })),
        patches: Type.Optional(
          Type.Array(Type.Object({ file: Type.String(), set: Type.Record(Type.String(), jsonValue('New value.')) }), {
            description: 'Not there: none.',
          }),
        ),
        profile: Type.Optional(
          Type.String({ description: 'Which of several profiles says so. Two of them may not write one path.' }),
        ),
      }),
      { description: 'Mappings of all profiles, in order.' },
    ),
    deploymentMode: Type.Optional(
      Type.Object(
        {
          name: Type.String(),
          source: Type.String(),
          profile: Type.Optional(Type.String({ description: 'Which of several profiles says so.' })),
        },
        { description: 'Laid over everything else.' },
      ),
    ),
    excludePatterns: Type.Array(Type.String(), { description: 'Globs of the Stoker, then of its profiles.' }),
    vars: Type.Record(Type.String(), Type.String(), { description: 'Values for {{.Vars.key}}.' }),
    syncPeriod: Type.Integer({ description: 'Seconds between two checks of the folder.', minimum: 1 }),
    driftPolicy: Type.Enum(['report', 'restore', 'ignore']),
    verification: Type.Optional(
      Type.Object({ onFailure: Type.Enum(['report', 'retry', 'rollback']) }, { description: 'Not there: report.' }),
    ),
    designerSessionPolicy: Type.Optional(
      Type.Enum(['proceed', 'wait', 'fail'], { description: 'Not there: proceed.' }),
    ),
    dryRun: Type.Boolean(),
  },
  { description: 'The profiles of a gateway, resolved, whole.' },
);

export const release = Type.Object(
  {
    id: Type.String({ description: 'Hash of commit and profile: what is the same has the same id.', minLength: 1 }),
    repository: Type.String({ description: 'URL of the repository that has the commit.', minLength: 1 }),
    ref: Type.String({ description: 'Where the commit came from.' }),
    commit: Type.String({ description: 'Full SHA.', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }),
    profileNames: Type.Array(Type.String(), { description: 'Names in the order of the annotation.' }),
    profile: resolvedProfile,
    source: Type.Enum(['rollout', 'bootstrap', 'override'], {
      description:
        'rollout: it passed the gates. bootstrap: a gateway without a completed sync got it without passing them. override: its pod asks for this ref.',
    }),
  },
  { description: 'Immutable: what a gateway is meant to run.' },
);

/** Immutable: what a gateway is meant to run. */
export type Release = Frozen<Static<typeof release>>;
/** The profiles of one gateway as one; see `resolveProfiles`. */
export type ResolvedProfile = Frozen<Static<typeof resolvedProfile>>;
