import { conditionTypes, type StokerStatus } from '@stoker/crd-types';
import { limits } from '../gates/limits.ts';
import { gatewayEntries, isSynced } from '../gateways/gatewayEntries.ts';
import type { Draft } from '../reconcile/draft.ts';
import type { StepFailure } from '../reconcile/runSteps.ts';
import { sentenceOf } from '../sentence.ts';
import { agentOutdated } from './agentOutdated.ts';
import { agentReady } from './agentReady.ts';
import { allGatewaysSynced } from './allGatewaysSynced.ts';
import { applyClaims } from './applyClaims.ts';
import type { Claim } from './claim.ts';
import { dependenciesMet } from './dependenciesMet.ts';
import { drifted } from './drifted.ts';
import { dryRunCompleted } from './dryRunCompleted.ts';
import { hostKeyVerified } from './hostKeyVerified.ts';
import { readiness } from './readiness.ts';
import { refResolved } from './refResolved.ts';
import { refSkew } from './refSkew.ts';
import { sidecarInjected } from './sidecarInjected.ts';
import { verified } from './verified.ts';

/** The status that the CR gets: the one place that makes conditions of what the steps found. Pure. */
export function summarise(draft: Draft, failures: readonly StepFailure[], now: Date): StokerStatus {
  const halted = failures.find(({ halts }) => halts);
  return halted ? refusedStatus(draft, halted, now) : fullStatus(draft, failures, now);
}

/** An unusable spec: what gateways last reported stands, since nothing was looked at. */
function refusedStatus({ stoker }: Draft, failure: StepFailure, now: Date): StokerStatus {
  const verdict = { reason: failure.reason, message: sentenceOf(failure.error) };
  return {
    ...stoker.status,
    ...withConditions(stoker, now, {
      [conditionTypes.Ready]: { status: 'False', ...verdict },
      [conditionTypes.Stalled]: { status: 'True', ...verdict },
      [conditionTypes.Reconciling]: undefined,
    }),
  };
}

function fullStatus(draft: Draft, failures: readonly StepFailure[], now: Date): StokerStatus {
  const { stoker, ref, target, gateways } = draft;
  const claims = { refResolved: refResolved(draft), allGatewaysSynced: allGatewaysSynced(draft) };
  // What went wrong with the ref is said by its own condition.
  const errors = failures.filter(({ step }) => step !== 'resolveRef').map(({ error }) => error);
  const { ready, reconciling, stalled } = readiness(draft, claims, errors);
  const entries = gatewayEntries(draft, now);
  const syncedCount = gateways.filter(isSynced).length;
  return {
    ...withConditions(stoker, now, {
      [conditionTypes.Ready]: ready,
      [conditionTypes.Reconciling]: reconciling,
      [conditionTypes.Stalled]: stalled,
      [conditionTypes.RefResolved]: claims.refResolved,
      [conditionTypes.AllGatewaysSynced]: claims.allGatewaysSynced,
      [conditionTypes.AgentReady]: agentReady(draft),
      [conditionTypes.SidecarInjected]: sidecarInjected(draft),
      [conditionTypes.HostKeyVerified]: hostKeyVerified(draft),
      [conditionTypes.Drifted]: drifted(draft),
      [conditionTypes.RefSkew]: refSkew(draft, entries),
      [conditionTypes.Verified]: verified(draft),
      [conditionTypes.DryRunCompleted]: dryRunCompleted(draft),
      [conditionTypes.DependenciesMet]: dependenciesMet(draft),
      [conditionTypes.AgentOutdated]: agentOutdated(draft),
    }),
    ref: target.ref,
    ...(target.kind === 'requested' ? { requestedRef: target.ref } : {}),
    ...commitFields(draft, ref.commit, now),
    gatewayCount: gateways.length,
    syncedGateways: syncedCount,
    synced: `${syncedCount}/${gateways.length}`,
    ...queueFields(draft),
    discoveredGateways: entries,
  };
}

function queueFields({ stoker, gateways }: Draft): Partial<StokerStatus> {
  const queuedGateways = gateways.filter(({ decision }) => decision.held?.gate === limits.name).length;
  // Without limits of its own it waits for those of the installation, and says so only then.
  return stoker.spec.limits === undefined && queuedGateways === 0 ? {} : { queuedGateways };
}

function commitFields({ stoker, ref }: Draft, commit: string | undefined, now: Date): Partial<StokerStatus> {
  if (commit === undefined) return {};
  const { status } = stoker;
  const isNew = status?.commit !== commit || status.resolvedAt === undefined;
  const resolvedAt = isNew && ref.kind === 'resolved' ? now.toISOString() : status?.resolvedAt;
  return { commit, shortCommit: commit.slice(0, 8), ...(resolvedAt === undefined ? {} : { resolvedAt }) };
}

function withConditions(
  { metadata, status }: Draft['stoker'],
  now: Date,
  claims: Readonly<Record<string, Claim | undefined>>,
): Pick<StokerStatus, 'observedGeneration' | 'conditions'> {
  const observedGeneration = metadata.generation ?? 0;
  return { observedGeneration, conditions: applyClaims(status?.conditions, claims, { now, observedGeneration }) };
}
