import type { DiscoveredGateway, StatusDocument, Stoker, StokerStatus } from '@stoker/crd-types';
import type { GatewayFacts } from '../gateway/gatherGateway.ts';

export const newCommit = 'b'.repeat(40);
export const oldCommit = 'a'.repeat(40);
export const since = '2026-05-04T10:00:00Z';

type Conditions = NonNullable<StokerStatus['conditions']>;

/** A condition as the API server has it. */
export function condition(type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string) {
  return { type, status, reason, message, lastTransitionTime: since } satisfies Conditions[number];
}

/** A gateway that is on the commit it should be, but for what a test changes. */
export function gateway(change: Partial<DiscoveredGateway> = {}): DiscoveredGateway {
  return {
    name: 'north',
    pod: 'north-0',
    podUID: 'uid-0',
    profiles: ['site'],
    phase: 'Synced',
    ref: 'main',
    commit: newCommit,
    syncedAt: since,
    ...change,
  };
}

export function stoker(
  gateways: readonly DiscoveredGateway[],
  { status, paused = false, name = 'plant' }: { status?: StokerStatus; paused?: boolean; name?: string } = {},
): Stoker {
  return {
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name, namespace: 'water' },
    spec: { git: { repo: 'https://git.example.com/plant.git', ref: 'main' }, paused },
    status: {
      ref: 'main',
      commit: newCommit,
      gatewayCount: gateways.length,
      syncedGateways: gateways.filter(({ commit }) => commit === newCommit).length,
      conditions: [condition('Ready', 'True', 'Succeeded', 'all is well')],
      discoveredGateways: gateways,
      ...status,
    },
  } as Stoker;
}

export function report(change: Partial<StatusDocument> = {}): StatusDocument {
  return {
    schema: 1,
    podUID: 'uid-0',
    podName: 'north-0',
    agentVersion: '0.3.0',
    schemaUnderstood: 1,
    phase: 'Synced',
    commit: newCommit,
    ref: 'main',
    profileNames: ['site'],
    syncedAt: since,
    history: [],
    ...change,
  };
}

export function facts({
  entry = gateway(),
  status,
  stokerStatus,
  ...change
}: Partial<GatewayFacts> & { readonly stokerStatus?: StokerStatus } = {}): GatewayFacts {
  return {
    name: 'north',
    stoker: stoker([entry], stokerStatus === undefined ? {} : { status: stokerStatus }),
    entry,
    status: status ?? report({ phase: entry.phase as StatusDocument['phase'], commit: entry.commit ?? oldCommit }),
    pod: { refOverride: undefined, agentDown: undefined },
    hidden: [],
    ...change,
  };
}
