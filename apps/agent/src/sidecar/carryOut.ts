import { askGateway } from './askGateway.ts';
import type { FlightControl } from './flight.ts';
import type { Action } from './nextAction.ts';
import { openFolder } from './openFolder.ts';
import { performSync, type SyncDependencies } from './performSync.ts';
import { rollBack } from './verify/rollBack.ts';

/** Does what `nextAction` has decided on, as long as its document still wants the same release. Never throws. */
export async function carryOut(
  action: Exclude<Action, { kind: 'wait' }>,
  deps: SyncDependencies,
  flights: Pick<FlightControl, 'fly'>,
): Promise<void> {
  const { document } = deps.cell.state;
  if (action.kind === 'open') return openFolder(deps);
  if (document?.release === undefined) return;
  await flights.fly(document.release.id, (signal) => {
    if (action.kind === 'sync') return performSync(deps, document, action, signal);
    if (action.kind === 'rollBack') return rollBack(deps, document, action.release, signal);
    return askGateway(deps, document, action.release, signal);
  });
}
