import { parseStoker, stokers } from '@stoker/crd-types';
import { done, type Draft, halted, type Outcome } from './draft.ts';

/** The CR, checked and with its defaults: one stored under an older schema may lack what the server fills in today. */
export function loadSpec(draft: Draft): Outcome {
  try {
    draft.stoker = parseStoker({
      apiVersion: `${stokers.group}/${stokers.version}`,
      kind: stokers.kind,
      ...draft.stoker,
    });
    return done;
  } catch (error) {
    return halted(error);
  }
}
