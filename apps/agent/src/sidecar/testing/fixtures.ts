import type { MetadataDocument, Release } from '@stoker/crd-types';
import { initialState, type AgentState } from '../state.ts';

export const podUID = 'pod-1';
export const commit = '1'.repeat(40);

export const wholeFolder: Release['profile']['mappings'][number] = {
  source: '.',
  destination: '.',
  type: 'dir',
  required: false,
  prune: 'mirror',
  allowEmpty: false,
};

/** A release with sensible fields; the profile's are merged. */
export function release(
  over: Partial<Omit<Release, 'profile'>> & { readonly profile?: Partial<Release['profile']> } = {},
): Release {
  const { profile, ...rest } = over;
  return {
    id: 'r1',
    repository: 'https://git.example.com/plant.git',
    ref: 'main',
    commit,
    profileNames: ['site'],
    source: 'rollout',
    ...rest,
    profile: {
      mappings: [wholeFolder],
      excludePatterns: [],
      vars: {},
      syncPeriod: 30,
      driftPolicy: 'report',
      dryRun: false,
      ...profile,
    },
  };
}

export function document(over: Partial<MetadataDocument> = {}): MetadataDocument {
  return {
    schema: 1,
    crName: 'plant',
    gatewayName: 'north',
    podUID,
    repository: { url: 'https://git.example.com/plant.git', authKind: 'none' },
    gateway: { port: 8043, tls: true },
    release: release(),
    ...over,
  };
}

/** An agent that has opened its folder and has its document. */
export function agent(over: Partial<AgentState> = {}): AgentState {
  return { ...initialState(podUID), opened: true, document: document(), ...over };
}

export function applied(id = 'r1'): NonNullable<AgentState['applied']> {
  return { id, ref: 'main', commit, syncedAt: '2026-01-01T00:00:00.000Z' };
}
