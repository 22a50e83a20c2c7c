import Type, { type Static } from 'typebox';
import { conditions, observedGeneration } from './conditions.ts';
import type { Frozen } from './frozen.ts';

const time = (description: string) => Type.String({ description, format: 'date-time' });

const held = Type.Object(
  {
    gate: Type.String({ description: 'Which gate holds it back.' }),
    reason: Type.String({ description: 'Why, in one word for programs.' }),
    message: Type.String({ description: 'Why, and what ends it.' }),
    since: time('Since when.'),
    others: Type.Optional(
      Type.Array(
        Type.Object({
          gate: Type.String({ description: 'Which one.' }),
          reason: Type.String({ description: 'Why, in one word for programs.' }),
          message: Type.String({ description: 'Why, and what ends it.' }),
        }),
        {
          description: 'Gates that hold it back once this one has let go.',
          maxItems: 10,
          'x-kubernetes-list-type': 'atomic',
        },
      ),
    ),
  },
  { description: 'A newer release exists and is held back.' },
);

const failure = Type.Object(
  {
    reason: Type.String({ description: 'Why, in one word for programs.' }),
    message: Type.String({ description: 'Why, and what would help.' }),
    since: time('Since when.'),
  },
  { description: 'Why the gateway is not on its release.' },
);

const result = Type.Object(
  {
    at: time('When it ended.'),
    commit: Type.String({ description: 'Which commit.' }),
    outcome: Type.String({ description: 'Synced, Failed or DryRun.' }),
    changed: Type.Integer({ description: 'Files added, modified and deleted.', minimum: 0 }),
    durationMs: Type.Integer({ description: 'How long it took, in milliseconds.', minimum: 0 }),
    reason: Type.Optional(Type.String({ description: 'Why it failed.' })),
  },
  { description: 'One sync.' },
);

const discoveredGateway = Type.Object(
  {
    name: Type.String({ description: 'Name of the gateway.' }),
    pod: Type.String({ description: 'Name of its pod.' }),
    podUID: Type.Optional(Type.String({ description: 'UID of its pod.' })),
    profiles: Type.Array(Type.String(), {
      description: 'Its profiles, in order.',
      'x-kubernetes-list-type': 'atomic',
    }),
    phase: Type.String({ description: 'What its agent is doing: Synced, Syncing, Failed and others.' }),
    ref: Type.Optional(Type.String({ description: 'Ref of what it runs.' })),
    commit: Type.Optional(Type.String({ description: 'Commit that it runs.' })),
    releaseId: Type.Optional(Type.String({ description: 'Release that it runs.' })),
    syncedAt: Type.Optional(time('End of its last completed sync.')),
    held: Type.Optional(held),
    error: Type.Optional(failure),
    designerSessions: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Who had a project open in a Designer that its last sync changed all the same: "anna (plant)".',
        maxItems: 20,
        'x-kubernetes-list-type': 'atomic',
      }),
    ),
    conditions: Type.Optional(conditions('Conditions of this gateway alone.')),
    history: Type.Optional(
      Type.Array(result, {
        description: 'Its last syncs, newest first.',
        maxItems: 5,
        'x-kubernetes-list-type': 'atomic',
      }),
    ),
  },
  { description: 'One gateway that was found.' },
);

export const stokerStatus = Type.Object(
  {
    observedGeneration: observedGeneration(),
    conditions: Type.Optional(conditions('What is going on: Ready, RefResolved, AllGatewaysSynced and others.')),
    ref: Type.Optional(
      Type.String({ description: 'The ref that is followed now: git.ref, or one that was requested.' }),
    ),
    requestedRef: Type.Optional(
      Type.String({ description: 'The ref that a push event asked for, while it is followed.' }),
    ),
    commit: Type.Optional(Type.String({ description: 'The commit that the ref stands for.' })),
    shortCommit: Type.Optional(Type.String({ description: 'The first eight digits of the commit.' })),
    resolvedAt: Type.Optional(time('When the git server last said so.')),
    gatewayCount: Type.Optional(Type.Integer({ description: 'How many gateways were found.', minimum: 0 })),
    syncedGateways: Type.Optional(
      Type.Integer({ description: 'How many of them run the current release.', minimum: 0 }),
    ),
    synced: Type.Optional(Type.String({ description: 'Both as one text: 2/3.' })),
    queuedGateways: Type.Optional(
      Type.Integer({ description: 'How many wait for their turn, by limits.', minimum: 0 }),
    ),
    discoveredGateways: Type.Optional(
      Type.Array(discoveredGateway, {
        description:
          'The gateways; above 200, only those that are not synced or run another commit, and 300 of them at most.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name', 'pod'],
      }),
    ),
  },
  { description: 'What is.' },
);

export type StokerStatus = Frozen<Static<typeof stokerStatus>>;
export type DiscoveredGateway = Frozen<Static<typeof discoveredGateway>>;
