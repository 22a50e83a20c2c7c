import type { Release } from '@stoker/crd-types';
import type { SyncSummary } from '../worker/messages.ts';
import type { Reports } from './reports.ts';
import { isOurs, type AgentState } from './state.ts';
import { describeStatus, type Identity } from './statusDocument.ts';

/**
 * Publishes what a sync changed. One that changed nothing leaves the report of the one before it, and one that ends when
 * its gateway is another pod's leaves that one's.
 */
export function reportSync(
  reports: Pick<Reports, 'changes'>,
  state: AgentState,
  release: Pick<Release, 'id' | 'commit'>,
  summary: Pick<SyncSummary, 'changes' | 'omitted'>,
): void {
  const { changes, omitted } = summary;
  if (!isOurs(state) || (changes.length === 0 && omitted === 0)) return;
  reports.changes({
    schema: 1,
    podUID: state.podUID,
    commit: release.commit,
    releaseId: release.id,
    at: new Date().toISOString(),
    changes,
    omitted,
  });
}

/** Publishes the state, once it is known what was reported before; an agent without a say drops what was not sent yet. */
export function reportStatus(
  reports: Pick<Reports, 'status'>,
  state: AgentState,
  { identity, knowsEarlier }: { readonly identity: Identity; readonly knowsEarlier: boolean },
): void {
  const status = describeStatus(state, identity);
  if (knowsEarlier || status === undefined) reports.status(status);
}
