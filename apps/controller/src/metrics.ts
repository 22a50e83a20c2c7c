import type { SinkCounts } from '@stoker/audit';
import { registerAuditMetrics } from '@stoker/audit/metrics';
import { reasons, type Stoker } from '@stoker/crd-types';
import { registerMetrics } from '@stoker/kube';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { gatewaysByState } from './gateways/gatewaysByState.ts';

export interface Metrics {
  readonly registry: Registry;
  /** A git server was asked. `reason` is `Succeeded` or that of the error. */
  refResolved(transport: string, reason: string, seconds: number): void;
  /** GitHub was asked for an installation token. `reason` is `Succeeded` or that of the error. */
  tokenRequested(reason: string): void;
  /** A reconcile wanted a commit: was it known? */
  refLookedUp(isKnown: boolean): void;
  pushEvent(sender: string, outcome: 'accepted' | 'ignored' | 'refused' | 'failed'): void;
  /** Where to find the Stokers whose gateways are shown; none while another replica leads. */
  showGatewaysOf(stokers: () => Iterable<Stoker>): void;
}

const knownReasons: ReadonlySet<string> = new Set(Object.values(reasons));

function known(reason: string): string {
  return knownReasons.has(reason) ? reason : reasons.InternalError;
}

/** What the controller shows beside its queues. Each label but the name of a Stoker is a bounded set. */
export function createMetrics(auditCounts: () => readonly SinkCounts[] = () => []): Metrics {
  const registry = new Registry();
  const registers = [registry];
  registerMetrics(registry);
  registerAuditMetrics(registry, auditCounts);
  const resolutions = new Counter({
    name: 'stoker_ref_resolutions_total',
    help: 'Questions to git servers, by transport (https, http, ssh, git) and reason: Succeeded, or that of the error.',
    labelNames: ['transport', 'reason'],
    registers,
  });
  const duration = new Histogram({
    name: 'stoker_ref_resolution_duration_seconds',
    help: 'Time from asking a git server for a ref to its answer, by transport and result: succeeded or failed.',
    labelNames: ['transport', 'result'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const tokens = new Counter({
    name: 'stoker_installation_tokens_total',
    help: 'Questions to GitHub for the installation token of an App, by reason: Succeeded, or that of the error.',
    labelNames: ['reason'],
    registers,
  });
  const lookups = new Counter({
    name: 'stoker_ref_lookups_total',
    help: 'Commits that reconciles wanted, by result: hit (it was known) or miss (the git server is asked first).',
    labelNames: ['result'],
    registers,
  });
  const events = new Counter({
    name: 'stoker_push_events_total',
    help: 'Push events, by sender and outcome: accepted, ignored, refused (not authentic or unreadable) or failed.',
    labelNames: ['sender', 'outcome'],
    registers,
  });
  let stokers: () => Iterable<Stoker> = () => [];
  registry.registerMetric(
    new Gauge({
      name: 'stoker_gateways',
      help: 'Gateways of each Stoker, by state: the phase of the agent, or Held while a newer release is held back; above 200 also Unlisted. Only of the replica that leads.',
      labelNames: ['stoker_namespace', 'stoker', 'state'],
      registers: [],
      // Made anew with each scrape: what was deleted is gone from the next one.
      collect() {
        this.reset();
        for (const { metadata, status } of stokers()) {
          for (const [state, count] of gatewaysByState(status)) {
            this.set({ stoker_namespace: metadata.namespace ?? '', stoker: metadata.name, state }, count);
          }
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'stoker_queued_gateways',
      help: 'Gateways of each Stoker that wait for their turn, of those with spec.limits and those that the limits of the installation hold. Only of the replica that leads.',
      labelNames: ['stoker_namespace', 'stoker'],
      registers: [],
      collect() {
        this.reset();
        for (const { metadata, status } of stokers()) {
          if (status?.queuedGateways === undefined) continue;
          this.set({ stoker_namespace: metadata.namespace ?? '', stoker: metadata.name }, status.queuedGateways);
        }
      },
    }),
  );
  return {
    registry,
    refResolved: (transport, reason, seconds) => {
      const result = reason === reasons.Succeeded ? 'succeeded' : 'failed';
      resolutions.inc({ transport, reason: known(reason) });
      duration.observe({ transport, result }, seconds);
    },
    tokenRequested: (reason) => tokens.inc({ reason: known(reason) }),
    refLookedUp: (isKnown) => lookups.inc({ result: isKnown ? 'hit' : 'miss' }),
    pushEvent: (sender, outcome) => events.inc({ sender, outcome }),
    showGatewaysOf: (given) => {
      stokers = given;
    },
  };
}
