import type { Gate } from './gate.ts';
import { dependencies } from './dependencies.ts';
import { limits } from './limits.ts';
import { nameConflict } from './nameConflict.ts';
import { paused } from './paused.ts';
import { volumeConflict } from './volumeConflict.ts';

/** Everything that may hold a sync back, in the order in which it is asked. Adding one is adding a file and a name here. */
export const gates: readonly Gate[] = [nameConflict, volumeConflict, paused, dependencies, limits];
