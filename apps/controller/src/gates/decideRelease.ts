import type { Hold, Release } from '@stoker/crd-types';
import type { Gate, GatewayFacts } from './gate.ts';
import { gates as allGates } from './gates.ts';

export interface Decision {
  /** Undefined only for a gateway that never had one. */
  readonly release: Release | undefined;
  readonly held: Hold | undefined;
}

/**
 * What one gateway is meant to run. A hold never takes a release away: a held gateway keeps its last one, and a
 * gateway that has none gets its profile's last complete rollout without passing gates, since a rescheduled pod must
 * not wait for an approval.
 */
export function decideRelease(
  facts: GatewayFacts,
  context: { readonly now: Date; readonly before: Hold | undefined },
  gates: readonly Gate[] = allGates,
): Decision {
  const { candidate: wanted, last } = facts;
  if (wanted === undefined) {
    const release = last ?? asBootstrap(facts.rolledOut);
    return { release, held: undefined };
  }
  let candidate = wanted;
  let stoppedBy: Gate | undefined;
  const verdicts: OneGate[] = [];
  for (const gate of gates) {
    if (isOverride(wanted) && !gate.holdsOverrides) continue;
    const verdict = gate.holds({ ...facts, candidate });
    if (verdict === undefined) continue;
    const { instead, reason, message } = verdict;
    verdicts.push({ gate: gate.name, reason, message });
    if (instead === undefined) stoppedBy ??= gate;
    else if (stoppedBy === undefined) candidate = instead;
  }
  const held = holdOf(wanted, verdicts, context);
  if (stoppedBy === undefined) return { release: isOut(candidate, last) ? last : candidate, held };
  const release = last ?? firstRelease(stoppedBy, facts);
  if (release?.id === wanted.id) return { release: movedTo(wanted.repository, release), held: undefined };
  return { release, held };
}

/** Whether the gateway has it already, in every way that shows. */
function isOut(candidate: Release, last: Release | undefined): boolean {
  return (
    last?.id === candidate.id &&
    last.ref === candidate.ref &&
    last.repository === candidate.repository &&
    isOverride(last) === isOverride(candidate)
  );
}

function isOverride({ source }: Release): boolean {
  return source === 'override';
}

/** The same content in another repository is no new release: no gate is asked before it is read from there. */
function movedTo(repository: string, release: Release): Release {
  return release.repository === repository ? release : { ...release, repository };
}

function firstRelease(gate: Gate, facts: GatewayFacts): Release | undefined {
  if (gate.newGatewayGets === 'nothing') return undefined;
  if (facts.rolledOut !== undefined || gate.newGatewayGets === 'rolledOut') return asBootstrap(facts.rolledOut);
  return asBootstrap(facts.candidate);
}

function asBootstrap(release: Release | undefined): Release | undefined {
  return release && { ...release, source: 'bootstrap' };
}

type OneGate = Pick<Hold, 'gate' | 'reason' | 'message'>;

/** By the first gate; those after it are told too, since they hold once it has let go. */
function holdOf(
  { id, ref, commit }: Release,
  [first, ...others]: readonly OneGate[],
  { now, before }: { readonly now: Date; readonly before: Hold | undefined },
): Hold | undefined {
  if (first === undefined) return undefined;
  const isSame = before?.candidate.id === id && before.gate === first.gate && before.reason === first.reason;
  const since = isSame ? before.since : now.toISOString();
  return { candidate: { id, ref, commit }, ...first, since, ...(others.length === 0 ? {} : { others }) };
}
