import type { AuditEntry } from '@stoker/audit';
import { annotations, type Hold, type MetadataDocument, type Stoker } from '@stoker/crd-types';
import type { RefTarget } from '../refs/target.ts';
import type { Delivery } from './deliveries.ts';
import { triggerOf } from './triggerOf.ts';

export interface DecisionFacts {
  readonly stoker: Stoker;
  readonly target: RefTarget;
  readonly podName: string;
  readonly gatewayName: string;
  /** What the gateway was told before, and what it is told now. */
  readonly before: MetadataDocument | undefined;
  readonly after: MetadataDocument;
  readonly deliveryOf: (commit: string) => Delivery | undefined;
  readonly now: Date;
}

/** The records of what the controller has told one gateway anew: none where it says what it said. Pure. */
export function decisionRecords(facts: DecisionFacts): readonly AuditEntry[] {
  return [...overrideRecords(facts), ...releaseRecords(facts), ...holdRecords(facts)];
}

export function objectOf({
  stoker,
  gatewayName: gateway,
  podName: pod,
}: Pick<DecisionFacts, 'stoker' | 'gatewayName' | 'podName'>): AuditEntry['object'] {
  return { namespace: stoker.metadata.namespace ?? '', stoker: stoker.metadata.name, gateway, pod };
}

function releaseRecords(facts: DecisionFacts): readonly AuditEntry[] {
  const { before, now } = facts;
  const { release } = facts.after;
  const last = before?.release;
  if (release === undefined || (last?.id === release.id && last.ref === release.ref)) return [];
  const delivery = facts.deliveryOf(release.commit);
  const trigger = triggerOf({ ...facts, release, delivery });
  const isSincePush = trigger.kind === 'pushEvent' && delivery !== undefined;
  return [
    {
      action: 'release',
      object: objectOf(facts),
      trigger,
      ...placeOf(release),
      outcome: 'Released',
      ...(isSincePush ? { durationMs: Math.max(0, now.getTime() - delivery.atMs) } : {}),
    },
  ];
}

function holdRecords(facts: DecisionFacts): readonly AuditEntry[] {
  const { held } = facts.after;
  const last = facts.before?.held;
  const base = { action: 'hold', object: objectOf(facts), trigger: { kind: 'gate' } } as const;
  if (held !== undefined && !isSameHold(held, last)) {
    const { reason, message } = held;
    return [{ ...base, ...candidateOf(held), outcome: 'Held', reason, message }];
  }
  if (held !== undefined || last === undefined) return [];
  const durationMs = Math.max(0, facts.now.getTime() - Date.parse(last.since));
  return [{ ...base, ...candidateOf(last), outcome: 'Ended', reason: last.reason, durationMs }];
}

function overrideRecords(facts: DecisionFacts): readonly AuditEntry[] {
  const [then, now] = [facts.before?.release, facts.after.release];
  const [wasOverride, isOverride] = [then?.source === 'override', now?.source === 'override'];
  const base = {
    action: 'override',
    object: objectOf(facts),
    trigger: { kind: 'annotation', annotation: annotations.refOverride },
  } as const;
  if (isOverride && now !== undefined && !(wasOverride && then?.ref === now.ref))
    return [{ ...base, ...placeOf(now), outcome: 'Taken' }];
  if (wasOverride && !isOverride && then !== undefined) return [{ ...base, ...placeOf(then), outcome: 'Ended' }];
  return [];
}

function placeOf(release: NonNullable<MetadataDocument['release']>) {
  const { repository, ref, commit, id } = release;
  return { repository, ref, commit, release: id };
}

function candidateOf({ candidate: { id, ref, commit } }: Hold) {
  return { ref, commit, release: id };
}

function isSameHold(held: Hold, last: Hold | undefined): boolean {
  return last?.candidate.id === held.candidate.id && last.gate === held.gate && last.reason === held.reason;
}
