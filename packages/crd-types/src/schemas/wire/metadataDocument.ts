import Type, { type Static } from 'typebox';
import type { Frozen } from '../frozen.ts';
import { release } from './release.ts';

const hold = Type.Object(
  {
    candidate: Type.Object(
      { id: Type.String(), ref: Type.String(), commit: Type.String() },
      { description: 'The release that would come next.' },
    ),
    gate: Type.String({ description: 'Which gate holds it back.' }),
    reason: Type.String({ description: 'Why, in one word for programs.' }),
    message: Type.String({ description: 'Why, and what ends it.' }),
    since: Type.String({ description: 'RFC 3339.' }),
    others: Type.Optional(
      Type.Array(Type.Object({ gate: Type.String(), reason: Type.String(), message: Type.String() }), {
        description: 'Gates that hold it back once this one has let go.',
      }),
    ),
  },
  { description: 'A newer release that is held back. It never takes the present one away.' },
);

export const metadataDocument = Type.Object(
  {
    schema: Type.Literal(1),
    crName: Type.String({ minLength: 1 }),
    gatewayName: Type.String({ minLength: 1 }),
    podUID: Type.String({ description: 'The pod this is meant for; another one waits.' }),
    repository: Type.Object(
      {
        url: Type.String({ minLength: 1 }),
        authKind: Type.Enum(['none', 'token', 'sshKey'], { description: 'Which of the mounted credentials to use.' }),
        proxy: Type.Optional(Type.String()),
      },
      { description: 'Where the commit of the release is read: for a kept release the repository that it came from.' },
    ),
    gateway: Type.Object({
      port: Type.Integer({ minimum: 1, maximum: 65535 }),
      tls: Type.Boolean(),
    }),
    release: Type.Optional(release),
    releaseTimes: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'When the gateway was given this release, and those within a minute before, RFC 3339; newest first.',
      }),
    ),
    held: Type.Optional(hold),
    syncRequest: Type.Optional(
      Type.String({ description: 'Changes when a person asks for a sync now (annotation stoker.io/sync-now).' }),
    ),
  },
  {
    description:
      'Written by the controller, read by the agent of one gateway: `stoker-metadata-<cr>.<gateway>`, key `metadata.json`. `release` is absent until the first ref is resolved.',
  },
);

/** `stoker-metadata-<cr>.<gateway>`, key `metadata.json`. */
export type MetadataDocument = Frozen<Static<typeof metadataDocument>>;
export type Hold = Frozen<Static<typeof hold>>;
