import Type, { type Static } from 'typebox';
import type { Frozen } from '../frozen.ts';

const count = () => Type.Integer({ minimum: 0 });

const failure = Type.Object(
  {
    reason: Type.String({ description: 'Why, in one word for programs.' }),
    message: Type.String({ description: 'Why, for people.' }),
    hint: Type.Optional(Type.String({ description: 'What would help.' })),
    since: Type.String({ description: 'RFC 3339.' }),
    attempt: Type.Integer({ description: 'How often it was tried.', minimum: 0 }),
    nextAttempt: Type.Optional(Type.String({ description: 'RFC 3339.' })),
  },
  { description: 'Why the folder is not equal to the release.' },
);

const result = Type.Object({
  at: Type.String({ description: 'RFC 3339.' }),
  commit: Type.String(),
  releaseId: Type.String(),
  outcome: Type.Enum(['Synced', 'Failed', 'DryRun']),
  changed: count(),
  durationMs: Type.Number({ minimum: 0 }),
  reason: Type.Optional(Type.String()),
});

export const statusDocument = Type.Object(
  {
    schema: Type.Literal(1),
    podUID: Type.String({ description: 'The pod that says so; what a dead pod wrote is ignored.' }),
    podName: Type.String(),
    agentVersion: Type.String(),
    schemaUnderstood: Type.Integer({
      description: 'The highest schema of metadata that this agent reads.',
      minimum: 1,
    }),
    phase: Type.Enum(['Waiting', 'Fetching', 'Syncing', 'Scanning', 'Synced', 'Failed', 'DryRun']),
    releaseId: Type.Optional(Type.String({ description: 'What the folder is equal to now.' })),
    commit: Type.Optional(Type.String()),
    ref: Type.Optional(Type.String()),
    profileNames: Type.Array(Type.String()),
    syncedAt: Type.Optional(Type.String({ description: 'RFC 3339, of the last completed sync.' })),
    counts: Type.Optional(
      Type.Object(
        { added: count(), modified: count(), deleted: count(), unchanged: count() },
        { description: 'Files.' },
      ),
    ),
    durationsMs: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: 'Of the phases of the last sync.' }),
    ),
    drifted: Type.Optional(
      Type.Object(
        { count: count(), paths: Type.Array(Type.String(), { description: 'Some of them.' }) },
        { description: 'Files that were changed in the gateway and kept.' },
      ),
    ),
    scan: Type.Optional(
      Type.Object(
        {
          outcome: Type.Enum(['Scanned', 'Skipped', 'Failed']),
          message: Type.Optional(Type.String()),
          durationMs: Type.Optional(Type.Number({ minimum: 0 })),
        },
        { description: 'What became of the last scan of the gateway.' },
      ),
    ),
    error: Type.Optional(failure),
    history: Type.Array(result, { description: 'The last syncs, newest first; bounded.' }),
  },
  {
    description: 'Written by the agent, read by the controller: `stoker-status-<cr>.<gateway>`, key `status.json`.',
  },
);

/** `stoker-status-<cr>.<gateway>`, key `status.json`. */
export type StatusDocument = Frozen<Static<typeof statusDocument>>;
