import { conditionTypes, reasons, type SyncProfile, syncProfiles, type SyncProfileStatus } from '@stoker/crd-types';
import {
  type EventRecorder,
  type KubeClient,
  parseKey,
  patchStatus,
  type ReconcileResult,
  setCondition,
} from '@stoker/kube';
import type { WriteThrough } from '../cluster/writeThrough.ts';
import { sentence } from '../sentence.ts';
import { checkedProfile } from './checkProfile.ts';

export interface ProfileDeps {
  readonly client: KubeClient;
  readonly profiles: WriteThrough<SyncProfile>;
  readonly events: EventRecorder;
  readonly now: () => Date;
}

/** Says of a profile whether it can be used. Gateways take it up by their Stoker's reconcile. */
export async function reconcileProfile(key: string, deps: ProfileDeps): Promise<ReconcileResult> {
  const profile = deps.profiles.get(parseKey(key));
  if (profile === undefined || profile.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
  const facts = checkedProfile(profile);
  const generation = profile.metadata.generation ?? 0;
  const accepted =
    facts.kind === 'valid'
      ? { status: 'True' as const, reason: reasons.Succeeded, message: 'the profile can be used' }
      : { status: 'False' as const, reason: facts.error.reason, message: sentence(facts.error) };
  const conditions = setCondition(
    profile.status?.conditions ?? [],
    { type: conditionTypes.Accepted, ...accepted, observedGeneration: generation },
    deps.now(),
  );
  const next: SyncProfileStatus = { observedGeneration: generation, conditions };
  if (facts.kind === 'refused' && !wasSaid(profile.status, accepted.message)) {
    deps.events.record({
      regarding: { apiVersion: `${syncProfiles.group}/${syncProfiles.version}`, kind: syncProfiles.kind, ...profile },
      type: 'Warning',
      reason: accepted.reason,
      action: 'Check',
      note: accepted.message,
    });
  }
  deps.profiles.wrote(await patchStatus(deps.client, syncProfiles, profile, next));
  return { kind: 'done' };
}

function wasSaid(status: SyncProfileStatus | undefined, message: string): boolean {
  return (
    status?.conditions?.some(
      (condition) => condition.type === conditionTypes.Accepted && condition.message === message,
    ) ?? false
  );
}
