import Type, { type Static } from 'typebox';
import { conditions, observedGeneration } from './conditions.ts';
import type { Frozen } from './frozen.ts';

export const syncProfileStatus = Type.Object(
  {
    observedGeneration: observedGeneration(),
    conditions: Type.Optional(conditions('What the controller makes of this profile: Accepted, NoConflicts.')),
  },
  { description: 'What is.' },
);

export type SyncProfileStatus = Frozen<Static<typeof syncProfileStatus>>;
