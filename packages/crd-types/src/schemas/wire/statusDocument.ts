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

const problem = Type.Object({
  kind: Type.Enum(['project', 'module', 'resource'], { description: 'What has it.' }),
  subject: Type.String({ description: 'Which one.' }),
  message: Type.String({ description: 'In the words of the gateway, where it has some.' }),
  isNew: Type.Boolean({
    description: 'It came with the sync; otherwise it was there before, or is not of its making.',
  }),
});

const verification = Type.Object(
  {
    releaseId: Type.String(),
    outcome: Type.Enum(['Verified', 'Failed', 'Unknown'], {
      description: 'Failed: there are new problems. Unknown: the gateway could not be asked.',
    }),
    reason: Type.Optional(Type.String({ description: 'Why it is unknown, in one word for programs.' })),
    message: Type.String({ description: 'For people.' }),
    problems: Type.Array(problem, { description: 'New ones first; at most 20.' }),
    at: Type.String({ description: 'RFC 3339.' }),
  },
  { description: 'What the gateway said after the last sync that it scanned.' },
);

const designerSession = Type.Object({ user: Type.String(), project: Type.String() });

const waiting = Type.Object(
  {
    reason: Type.String({ description: 'Why, in one word for programs.' }),
    message: Type.String({ description: 'Why, and what ends it.' }),
    since: Type.String({ description: 'RFC 3339.' }),
    releaseId: Type.Optional(Type.String({ description: 'Which.' })),
  },
  { description: 'The agent holds its release back for a while.' },
);

const seen = Type.Object(
  {
    annotations: Type.Record(Type.String(), Type.String(), {
      description: 'Those that Stoker reads; of a long value the first 512 characters.',
    }),
    labelsHash: Type.String({ description: 'Of all labels; `podSeen` makes the same of the same pod.' }),
  },
  {
    description:
      'The pod as the agent sees it in its downward API volume. What differs from the pod on the API server has not reached the agent: a few seconds after a change, or because the volume is not there.',
  },
);

const result = Type.Object({
  at: Type.String({ description: 'RFC 3339.' }),
  commit: Type.String(),
  releaseId: Type.String(),
  outcome: Type.Enum(['Synced', 'Failed', 'DryRun']),
  changed: count(),
  durationMs: Type.Number({ minimum: 0 }),
  reason: Type.Optional(Type.String()),
  verified: Type.Optional(
    Type.Boolean({ description: 'The gateway was asked how it is after it, as its profile wants, and bears it.' }),
  ),
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
    verification: Type.Optional(verification),
    designerSessions: Type.Optional(
      Type.Array(designerSession, {
        description: 'Who had a project open that the last sync changed all the same; at most 20.',
      }),
    ),
    waiting: Type.Optional(waiting),
    error: Type.Optional(failure),
    seen: Type.Optional(seen),
    history: Type.Array(result, { description: 'The last syncs of this gateway, newest first; at most 50.' }),
  },
  {
    description: 'Written by the agent, read by the controller: `stoker-status-<cr>.<gateway>`, key `status.json`.',
  },
);

/** `stoker-status-<cr>.<gateway>`, key `status.json`. */
export type StatusDocument = Frozen<Static<typeof statusDocument>>;
