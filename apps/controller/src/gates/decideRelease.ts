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
  const { candidate, last } = facts;
  if (candidate === undefined) {
    const release = last ?? (facts.conflictingPods.length > 0 ? undefined : asBootstrap(facts.rolledOut));
    return { release, held: undefined };
  }
  for (const gate of gates) {
    const verdict = gate.holds(facts);
    if (verdict === undefined) continue;
    const release = last ?? firstRelease(gate, facts);
    if (release?.id === candidate.id) return { release: movedTo(candidate.repository, release), held: undefined };
    return { release, held: hold(candidate, { gate: gate.name, ...verdict }, context) };
  }
  const isOut = last?.id === candidate.id && last.ref === candidate.ref && last.repository === candidate.repository;
  return { release: isOut ? last : candidate, held: undefined };
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

function hold(
  { id, ref, commit }: Release,
  verdict: { readonly gate: string; readonly reason: string; readonly message: string },
  { now, before }: { readonly now: Date; readonly before: Hold | undefined },
): Hold {
  const isSame = before?.candidate.id === id && before.gate === verdict.gate && before.reason === verdict.reason;
  return { candidate: { id, ref, commit }, ...verdict, since: isSame ? before.since : now.toISOString() };
}
