import {
  type MetadataDocument,
  parseStoker,
  podSeen,
  type Release,
  type StatusDocument,
  type StokerStatus,
} from '@stoker/crd-types';
import type { PodFacts } from '../gateways/podFacts.ts';
import { type Draft, type GatewayDraft, openDraft } from '../reconcile/draft.ts';

export const commit = 'a'.repeat(40);

export function makeRelease(changes: Partial<Release> = {}): Release {
  return {
    id: 'release-1',
    repository: 'https://git.example.com/plant.git',
    ref: 'main',
    commit,
    profileNames: ['site'],
    profile: { mappings: [], excludePatterns: [], vars: {}, syncPeriod: 30, driftPolicy: 'report', dryRun: false },
    source: 'rollout',
    ...changes,
  };
}

/** What gateway `site-0` is told, before it has a release. */
export function makeMetadata(changes: Partial<MetadataDocument> = {}): MetadataDocument {
  return {
    schema: 1,
    crName: 'plant',
    gatewayName: 'site-0',
    podUID: 'uid-site-0',
    repository: { url: 'https://git.example.com/plant.git', authKind: 'none' },
    gateway: { port: 8043, tls: true },
    ...changes,
  };
}

export function makePod(name: string, changes: Partial<PodFacts> = {}): PodFacts {
  return {
    name,
    uid: `uid-${name}`,
    crName: 'plant',
    annotations: {},
    seen: podSeen({}),
    serviceAccountName: 'default',
    createdAt: '2026-01-01T00:00:00Z',
    isTerminating: false,
    isFinished: false,
    sidecar: { kind: 'running' },
    sidecarImage: 'agent:1',
    agentUpgrade: undefined,
    dataVolume: undefined,
    ...changes,
  };
}

export function makeStatus(changes: Partial<StatusDocument> = {}): StatusDocument {
  return {
    schema: 1,
    podUID: 'uid-site-0',
    podName: 'site-0',
    agentVersion: '0.1.0',
    schemaUnderstood: 1,
    phase: 'Synced',
    releaseId: 'release-1',
    commit,
    ref: 'main',
    profileNames: ['site'],
    syncedAt: '2026-01-01T00:01:00Z',
    history: [],
    ...changes,
  };
}

/** A gateway that runs its release, until the changes say otherwise. */
export function makeGateway(name: string, changes: Partial<GatewayDraft> = {}): GatewayDraft {
  return {
    gateway: { name, pod: makePod(name), profileNames: ['site'], conflictingPods: [], volumeWriters: [] },
    told: undefined,
    status: makeStatus({ podName: name, podUID: `uid-${name}` }),
    override: undefined,
    candidateError: undefined,
    decision: { release: makeRelease(), held: undefined },
    releaseTimes: [],
    ...changes,
  };
}

/** A CR on `main` whose one gateway is synced, until the changes say otherwise. */
export function makeDraft(changes: Partial<Draft> = {}, spec: object = {}, status?: StokerStatus): Draft {
  const stoker = parseStoker({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name: 'plant', namespace: 'ns', uid: 'uid-plant', generation: 3 },
    spec: { git: { repo: 'https://git.example.com/plant.git', ref: 'main' }, ...spec },
    ...(status === undefined ? {} : { status }),
  });
  return {
    ...openDraft('ns/plant', stoker),
    target: { kind: 'spec', ref: stoker.spec.git.ref },
    ref: { kind: 'resolved', commit },
    gateways: [makeGateway('site-0')],
    ...changes,
  };
}
