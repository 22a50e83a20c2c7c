import { stokers } from '@stoker/crd-types';
import { isStokerError } from '@stoker/errors';
import { isNotFound, parseKey, patchStatus, type ReconcileResult } from '@stoker/kube';
import { summarise } from '../conditions/summarise.ts';
import { announce, announceReleases } from './announce.ts';
import type { Deps } from './deps.ts';
import { discoverGateways } from './discoverGateways.ts';
import { type Draft, openDraft } from './draft.ts';
import { followToken } from './followToken.ts';
import { loadSpec } from './loadSpec.ts';
import { pruneDocuments } from './pruneDocuments.ts';
import { publishAccess } from './publishAccess.ts';
import { publishMetadata } from './publishMetadata.ts';
import { readCredentials } from './readCredentials.ts';
import { recordDecisions } from './recordDecisions.ts';
import { recordRollouts } from './recordRollouts.ts';
import { releaseCommits } from './releaseCommits.ts';
import { resolveOverrides } from './resolveOverrides.ts';
import { resolveRef } from './resolveRef.ts';
import { runSteps, type Step, type StepFailure } from './runSteps.ts';
import { settleRequest } from './settleRequest.ts';
import { upgradeAgents } from './upgradeAgents.ts';

/** What is done for one CR, in this order, every time. */
const steps: readonly Step[] = [
  { name: 'loadSpec', run: loadSpec },
  { name: 'settleRequest', run: settleRequest },
  { name: 'readCredentials', run: readCredentials },
  { name: 'followToken', run: followToken },
  { name: 'resolveRef', run: resolveRef },
  { name: 'discoverGateways', run: discoverGateways },
  { name: 'resolveOverrides', run: resolveOverrides },
  { name: 'releaseCommits', run: releaseCommits },
  { name: 'publishAccess', run: publishAccess },
  { name: 'publishMetadata', run: publishMetadata },
  { name: 'recordDecisions', run: recordDecisions },
  { name: 'upgradeAgents', run: upgradeAgents },
  { name: 'recordRollouts', run: recordRollouts },
  { name: 'pruneDocuments', run: pruneDocuments },
];

/** How soon a namespace is looked at again that is not wholly listed yet. */
export const cachesRetryMs = 200;
/** Absent gateways and requested refs end by time alone. */
const patrolMs = 3_600_000;

/** Brings one CR's objects in line with the cluster and git. Level-triggered: the key is all that a request carries. */
export async function reconcile(key: string, deps: Deps, signal: AbortSignal): Promise<ReconcileResult> {
  const objectKey = parseKey(key);
  if (!deps.caches.hasSynced(objectKey.namespace)) return { kind: 'requeueAfter', afterMs: cachesRetryMs };
  const stoker = deps.stokers.get(objectKey);
  if (stoker === undefined || stoker.metadata.deletionTimestamp !== undefined) {
    deps.refs.unfollow(key);
    deps.overrides.follow(key, []);
    deps.tokens.unfollow(key);
    deps.turns.forget(key);
    deps.decisions.forget(key);
    deps.announced.forget(key);
    return { kind: 'done' };
  }
  const draft = openDraft(key, stoker);
  const failures = await runSteps(steps, draft, deps, signal);
  if (failures.some(({ halts }) => halts)) deps.turns.withdraw(key);
  const status = summarise(draft, failures, deps.now());
  announceReleases({ after: status, draft, deps });
  try {
    const write = await patchStatus(deps.client, stokers, stoker, status);
    deps.stokers.wrote(write.after);
    announce({ before: deps.announced.advance(write), after: status, draft, deps });
  } catch (error) {
    // Deleted meanwhile: its objects go with it, and the watch will say so.
    if (isNotFound(error)) return { kind: 'done' };
    throw error;
  }
  return schedule(failures, draft);
}

/** What the API server refused is tried again with back-off; git and people's mistakes have their own ways back here. */
function schedule(failures: readonly StepFailure[], { absent, target, againInMs }: Draft): ReconcileResult {
  // Whatever a git server answers, the watcher asks it again in its own time.
  const unexpected = failures.find(({ step, error }) => step !== 'resolveRef' && !isStokerError(error));
  if (unexpected) throw unexpected.error;
  if (againInMs !== undefined) return { kind: 'requeueAfter', afterMs: againInMs };
  const isWaitingForTime = absent.length > 0 || target.kind === 'requested';
  return isWaitingForTime ? { kind: 'requeueAfter', afterMs: patrolMs } : { kind: 'done' };
}
