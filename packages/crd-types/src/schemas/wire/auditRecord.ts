import Type, { type Static } from 'typebox';
import type { Frozen } from '../frozen.ts';

const object = Type.Object(
  {
    namespace: Type.Optional(Type.String()),
    stoker: Type.Optional(Type.String({ description: 'Name of the `Stoker`.' })),
    gateway: Type.Optional(Type.String()),
    pod: Type.Optional(Type.String({ description: 'With `*` behind it where the API server has not named it yet.' })),
  },
  { description: 'What it happened to.' },
);

const trigger = Type.Object(
  {
    kind: Type.Enum(
      [
        'pushEvent',
        'poll',
        'spec',
        'annotation',
        'newGateway',
        'gate',
        'release',
        'firstBoot',
        'resync',
        'verification',
        'admission',
        'sink',
      ],
      {
        description:
          'pushEvent: a delivery. poll: the git server was asked. spec: `Stoker` or `SyncProfile` changed. annotation: somebody set or removed one. newGateway: its first release. gate: what held it back is over, or began. release: a new one. firstBoot: the gateway has booted for the first time. resync: a look at the folder. verification: what the gateway said after a sync. admission: a pod is created. sink: of records themselves.',
      },
    ),
    by: Type.Optional(Type.String({ description: 'Who, as far as that is known: a user of the API server.' })),
    sender: Type.Optional(Type.String({ description: 'Of a delivery: `github`, `gitlab`, …' })),
    delivery: Type.Optional(Type.String({ description: 'What its sender calls the delivery.' })),
    annotation: Type.Optional(Type.String({ description: 'Its name.' })),
  },
  { description: 'Who or what it comes from.' },
);

const author = Type.Object(
  { name: Type.String(), email: Type.String() },
  { description: 'Of the commit, as git has it and whoever made the commit has written it. Only where it is known.' },
);

export const auditRecord = Type.Object(
  {
    schema: Type.Literal(1),
    stream: Type.Literal('audit', { description: 'Tells a record from a line of the log.' }),
    id: Type.String({ description: 'No two records have the same.', minLength: 1 }),
    time: Type.String({ description: 'RFC 3339.' }),
    app: Type.Enum(['controller', 'agent', 'injector'], { description: 'Which program says so.' }),
    action: Type.Enum(
      ['sync', 'release', 'hold', 'override', 'approval', 'injection', 'delivery', 'loss', 'rollback'],
      {
        description:
          'sync, rollback: of a folder. release: a gateway was told what to run. hold: a newer release is held back. override: a pod asks for a ref of its own. injection: a pod was reviewed. delivery: a push event came. loss: a sink has lost records. approval: reserved; nothing needs one yet.',
      },
    ),
    object,
    trigger,
    repository: Type.Optional(Type.String({ description: 'URL without credentials.' })),
    ref: Type.Optional(Type.String()),
    commit: Type.Optional(Type.String()),
    release: Type.Optional(Type.String({ description: 'Release id.' })),
    author: Type.Optional(author),
    paths: Type.Optional(Type.Integer({ description: 'How many files it changed.', minimum: 0 })),
    lost: Type.Optional(Type.Integer({ description: 'How many records the sink has lost.', minimum: 1 })),
    outcome: Type.Enum(
      [
        'Synced',
        'DryRun',
        'Failed',
        'RolledBack',
        'Released',
        'Held',
        'Ended',
        'Taken',
        'Refused',
        'Injected',
        'Skipped',
        'Accepted',
        'Ignored',
        'Lost',
      ],
      {
        description:
          'sync: Synced, DryRun, Failed. rollback: RolledBack, Failed. release: Released. hold: Held, Ended. override: Taken, Refused, Ended. injection: Injected, Skipped, Refused. delivery: Accepted, Ignored, Refused, Failed. loss: Lost.',
      },
    ),
    reason: Type.Optional(Type.String({ description: 'Why, in one word for programs.' })),
    message: Type.Optional(Type.String({ description: 'Why, for people.' })),
    durationMs: Type.Optional(
      Type.Number({
        description: 'How long it took, from its trigger where that is known. Of a hold that ended: how long it held.',
        minimum: 0,
      }),
    ),
  },
  {
    description:
      'One line of JSON for each decision and each deed, on standard output and to the sinks. Readers ignore fields that they don’t know; fields may be added to a schema, never taken away.',
  },
);

/** One line of the audit stream. */
export type AuditRecord = Frozen<Static<typeof auditRecord>>;
