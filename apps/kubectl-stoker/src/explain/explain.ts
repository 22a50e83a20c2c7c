import { conditionTypes, type DiscoveredGateway, reasons, type StokerStatus } from '@stoker/crd-types';
import type { GatewayFacts } from '../gateway/gatherGateway.ts';
import { hintFor } from './hints.ts';

/** One thing that stands between a gateway and its commit. */
interface Finding {
  /** Who says so: git, the pod, a gate, the controller, the agent, the profile, the gateway. */
  readonly where: string;
  readonly reason: string;
  readonly message: string;
  readonly since?: string;
  /** What to do. */
  readonly hint?: string;
}

/** Why a gateway is, or is not, where it should be. */
export interface Explanation {
  readonly namespace: string;
  readonly stoker: string;
  readonly gateway: string;
  readonly wanted: { readonly ref: string; readonly commit?: string };
  readonly runs: { readonly ref?: string; readonly commit?: string; readonly syncedAt?: string };
  readonly isSynced: boolean;
  /** In the order in which a commit passes them. */
  readonly findings: readonly Finding[];
  /** What could not be looked at. */
  readonly hidden: readonly string[];
}

/** Without a hint of its own it gets that of its reason. */
type Found = Omit<Finding, 'hint'> & { readonly hint?: string | undefined };
type Link = (facts: GatewayFacts) => Found | readonly Found[] | undefined;

/** The way of a commit to a gateway: what may hold it up, in order. */
const chain: readonly Link[] = [
  refNotResolved,
  refOverridden,
  heldByGate,
  heldByOthers,
  notReleased,
  agentNotRunning,
  agentNotReady,
  syncFailing,
  waitingInAgent,
  dryRun,
  drifted,
  notVerified,
];

/** Pure: judges by the facts alone. */
export function explain(facts: GatewayFacts): Explanation {
  const { stoker, entry, name } = facts;
  const { status, spec, metadata } = stoker;
  const found = chain.flatMap((link) => link(facts) ?? []);
  const runs = facts.status ?? entry;
  const isSynced =
    runs?.phase === 'Synced' &&
    runs.commit !== undefined &&
    runs.commit === status?.commit &&
    entry?.error === undefined;
  const unexplained = isSynced || found.some(stopsCommit) ? [] : [onItsWay(facts)];
  return {
    namespace: metadata.namespace ?? '',
    stoker: metadata.name,
    gateway: name,
    wanted: { ref: status?.ref ?? spec.git.ref, ...defined({ commit: status?.commit }) },
    runs: defined({ ref: runs?.ref, commit: runs?.commit, syncedAt: runs?.syncedAt }),
    isSynced,
    findings: [...found, ...unexplained].map(({ hint, ...finding }) => ({
      ...finding,
      ...defined({ hint: hint ?? hintFor(finding.reason) }),
    })),
    hidden: facts.hidden,
  };
}

const onlyTold: ReadonlySet<string> = new Set([reasons.FilesChangedInGateway, reasons.VerificationUnknown]);

function stopsCommit({ reason }: { readonly reason: string }): boolean {
  return !onlyTold.has(reason);
}

function refNotResolved({ stoker: { status } }: GatewayFacts) {
  const condition = conditionIn(status, conditionTypes.RefResolved);
  if (condition === undefined || condition.status === 'True') return undefined;
  const { reason, message, lastTransitionTime: since } = condition;
  return { where: 'git', reason, message, since };
}

function refOverridden({ entry, pod }: GatewayFacts) {
  const condition = entry?.conditions?.find(({ reason }) => reason === reasons.RefOverridden);
  if (condition !== undefined) {
    const { reason, message, lastTransitionTime: since } = condition;
    return { where: 'pod', reason, message, since };
  }
  const isRefused = entry?.error?.reason === reasons.RefOverrideNotAllowed;
  if (pod?.refOverride === undefined || isRefused) return undefined;
  return { where: 'pod', reason: reasons.RefOverridden, message: `its pod asks for ${pod.refOverride}` };
}

function heldByGate({ entry }: GatewayFacts) {
  if (entry?.held === undefined || isOfAgent(entry.held)) return undefined;
  const { gate, reason, message, since } = entry.held;
  return { where: `gate ${gate}`, reason, message, since };
}

function heldByOthers({ entry }: GatewayFacts) {
  return (entry?.held?.others ?? []).map(({ gate, reason, message }) => ({
    where: `gate ${gate}`,
    reason,
    message: `after that: ${message}`,
  }));
}

function agentNotRunning({ pod }: GatewayFacts) {
  if (pod?.agentDown === undefined) return undefined;
  return { where: 'pod', reason: reasons.AgentNotReady, message: `the agent does not run: ${pod.agentDown}` };
}

function agentNotReady({ entry, pod }: GatewayFacts) {
  const condition = entry?.conditions?.find(({ type }) => type === conditionTypes.AgentReady);
  if (condition?.status !== 'False' || pod?.agentDown !== undefined) return undefined;
  const { reason, message, lastTransitionTime: since } = condition;
  return { where: 'agent', reason, message: `the agent ${message}`, since };
}

/** What the entry has besides the agent's own error, and besides a gate that says it already. */
function notReleased({ entry, status, hidden }: GatewayFacts) {
  if (entry?.error === undefined) return undefined;
  const { reason, message, since } = entry.error;
  const { held } = entry;
  const isTold = [status?.error, held, ...(held?.others ?? [])].some((other) => other?.reason === reason);
  if (isTold) return undefined;
  // Whoever may not read what the agent says cannot know who said this: most errors are an agent's.
  const where = status === undefined && hidden.length > 0 ? 'agent' : 'controller';
  return { where, reason, message, since };
}

function syncFailing({ status }: GatewayFacts) {
  if (status?.error === undefined) return undefined;
  const { reason, message, since, hint, attempt, nextAttempt } = status.error;
  const tried = nextAttempt === undefined ? '' : ` (tried ${attempt} times, again at ${nextAttempt})`;
  return { where: 'agent', reason, message: `${message}${tried}`, since, hint };
}

function waitingInAgent({ entry, status }: GatewayFacts) {
  const waiting = status?.waiting ?? (entry?.held !== undefined && isOfAgent(entry.held) ? entry.held : undefined);
  if (waiting === undefined) return undefined;
  const { reason, message, since } = waiting;
  return { where: 'agent', reason, message, since };
}

function dryRun({ entry, status }: GatewayFacts) {
  if ((status ?? entry)?.phase !== 'DryRun') return undefined;
  return { where: 'profile', reason: reasons.DryRun, message: 'its profile is planned and reported, never applied' };
}

function drifted({ status }: GatewayFacts) {
  const { count = 0, paths = [] } = status?.drifted ?? {};
  if (count === 0) return undefined;
  const message = `${count} files were changed in the gateway and kept: ${paths.join(', ')}`;
  return { where: 'gateway', reason: reasons.FilesChangedInGateway, message };
}

function notVerified({ status }: GatewayFacts) {
  const verification = status?.verification;
  if (verification === undefined || verification.outcome === 'Verified') return undefined;
  const reason = verification.outcome === 'Failed' ? reasons.VerificationFailed : reasons.VerificationUnknown;
  // The agent's error tells the same where the profile made one of it.
  if (status?.error?.reason === reason) return undefined;
  return { where: 'gateway', reason, message: verification.message, since: verification.at };
}

function onItsWay({ entry, status }: GatewayFacts): Found {
  const phase = (status ?? entry)?.phase ?? 'Waiting';
  return { where: 'agent', reason: reasons.Behind, message: `on its way: ${phase}` };
}

/** Not the controller holds it, but the agent for a while; the entry tells both in one place. */
function isOfAgent({ gate }: NonNullable<DiscoveredGateway['held']>): boolean {
  return gate === 'designerSessions';
}

function conditionIn(status: StokerStatus | undefined, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
