import Type, { type Static } from 'typebox';
import type { Frozen } from '../frozen.ts';

const change = Type.Object({
  path: Type.String({ description: 'Relative to the data folder.' }),
  kind: Type.Enum(['added', 'modified', 'deleted']),
  before: Type.Optional(Type.String({ description: 'Blob id of what was there.' })),
  after: Type.Optional(Type.String({ description: 'Blob id of what is there now.' })),
  liveEdit: Type.Optional(Type.Literal(true, { description: 'It had been changed in the gateway; a copy was kept.' })),
});

export const changesDocument = Type.Object(
  {
    schema: Type.Literal(1),
    podUID: Type.String(),
    commit: Type.String(),
    releaseId: Type.String(),
    at: Type.String({ description: 'RFC 3339.' }),
    changes: Type.Array(change, { description: 'At most 500 paths and 256 KiB.' }),
    omitted: Type.Integer({ description: 'Changes beyond the bound, counted only.', minimum: 0 }),
  },
  {
    description:
      'Written by the agent, read by people and by the controller: `stoker-changes-<cr>.<gateway>`, key `changes.json`. What the last sync changed.',
  },
);

/** `stoker-changes-<cr>.<gateway>`, key `changes.json`. */
export type ChangesDocument = Frozen<Static<typeof changesDocument>>;
