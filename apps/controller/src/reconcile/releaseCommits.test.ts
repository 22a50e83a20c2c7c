import { expect, test } from '@jest/globals';
import { type Hold, parseSyncProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { metadataDocument } from '../documents/metadataDocument.ts';
import { makeCandidate } from '../releases/candidate.ts';
import { createInstallationTurns } from '../releases/installationTurns.ts';
import { commit, makeDraft, makeGateway, makeStatus } from '../testing/draft.ts';
import type { RefProgress } from './draft.ts';
import { releaseCommits } from './releaseCommits.ts';

const now = () => new Date('2026-01-01T00:10:00Z');
const turns = createInstallationTurns({
  limits: {},
  stokers: () => [],
  documented: () => [],
  onTurn: () => undefined,
  now,
});
const profile = parseSyncProfile({
  apiVersion: 'stoker.io/v1alpha1',
  kind: 'SyncProfile',
  metadata: { name: 'site', namespace: 'ns' },
  spec: { mappings: [{ source: '.', destination: '.' }] },
});
const release = makeCandidate(makeDraft().stoker, [profile], { ref: 'main', commit });
const next = 'b'.repeat(40);
const held: Hold = {
  candidate: { id: 'release-2', ref: 'main', commit: next },
  gate: 'paused',
  reason: 'Paused',
  message: 'the Stoker is paused',
  since: '2026-01-01T00:05:00Z',
};
const away = new StokerError('git is away', { reason: 'GitUnreachable', class: 'transient' });
const gone = new StokerError('there is no main', { reason: 'RefNotFound', class: 'stalled' });

/** What is decided for a gateway that a pause has held, after the pause. */
function decided(ref: RefProgress, before = held) {
  const draft = makeDraft({ ref });
  const decision = { release, held: before };
  const told = metadataDocument(draft.stoker, makeGateway('site-0', { decision }));
  draft.gateways = [makeGateway('site-0', { told, decision })];
  releaseCommits(draft, { caches: { profiles: { list: () => [profile] } }, turns, now });
  return draft.gateways[0]?.decision;
}

test.each<[string, RefProgress, Hold | undefined]>([
  ['stays while git is asked', { kind: 'pending', commit: undefined }, held],
  ['stays while git is asked, and the status is from before it', { kind: 'pending', commit }, held],
  ['stays while git is away', { kind: 'failed', commit: undefined, error: away }, held],
  ['ends where git has no such ref', { kind: 'failed', commit: undefined, error: gone }, undefined],
])('a hold %s, and the gateway keeps its release', (_name, ref, expected) => {
  expect(decided(ref)).toEqual({ release, held: expected });
});

test('a hold ends with the release that it kept back, once git has told the commit', () => {
  expect(decided({ kind: 'resolved', commit: next })).toMatchObject({ release: { commit: next }, held: undefined });
});

test('a hold of a profile that is again as it was ends also while git is away', () => {
  const edited = { ...held, candidate: { ...held.candidate, commit } };
  expect(decided({ kind: 'failed', commit, error: away }, edited)).toEqual({ release, held: undefined });
});

/** An area on `commit`, given at `givenAt`, whose profile depends on the site's; the site came to `older` at 00:05 and stays there. */
function decidedBehind(givenAt: string) {
  const older = '0'.repeat(40);
  const area = parseSyncProfile({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'SyncProfile',
    metadata: { name: 'area', namespace: 'ns' },
    spec: { mappings: [{ source: '.', destination: '.' }], dependsOn: [{ profileName: 'site' }] },
  });
  const draft = makeDraft({ ref: { kind: 'resolved', commit: next } });
  const at = (profileOf: typeof area, sha: string) =>
    makeCandidate(draft.stoker, [profileOf], { ref: 'main', commit: sha });
  const toldOf = (name: string, given: typeof release, releaseTimes: string[]) =>
    metadataDocument(draft.stoker, makeGateway(name, { decision: { release: given, held: undefined }, releaseTimes }));
  const siteRelease = at(profile, older);
  const arrival = { at: '2026-01-01T00:05:00Z', commit: older, releaseId: siteRelease.id, changed: 1, durationMs: 1 };
  const site = makeGateway('site-0', {
    told: toldOf('site-0', siteRelease, ['2026-01-01T00:04:59Z']),
    status: makeStatus({
      releaseId: siteRelease.id,
      commit: older,
      history: [{ ...arrival, outcome: 'Synced' }],
    }),
  });
  const areaRelease = at(area, commit);
  const waiting = makeGateway('area-0', { told: toldOf('area-0', areaRelease, [givenAt]) });
  draft.gateways = [site, { ...waiting, gateway: { ...waiting.gateway, profileNames: ['area'] } }];
  releaseCommits(draft, { caches: { profiles: { list: () => [profile, area] } }, turns, now });
  return { older, areaRelease, decision: draft.gateways[1]?.decision };
}

test('a gateway follows what the others have completed since it was given its commit', () => {
  const { older, decision } = decidedBehind('2026-01-01T00:04:00Z');
  expect(decision).toMatchObject({ release: { commit: older }, held: { gate: 'dependencies' } });
});

test('a gateway is not taken back to what the others had completed before it was given its commit', () => {
  const { areaRelease, decision } = decidedBehind('2026-01-01T00:06:00Z');
  expect(decision).toMatchObject({ release: areaRelease, held: { gate: 'dependencies', candidate: { commit: next } } });
});

/** An area that has nothing yet, after two others, of which one came to `at` by way of each of `before`. */
function decidedAfter(others: Readonly<Record<string, { readonly at: string; readonly before: readonly string[] }>>) {
  const makeProfile = (name: string, dependsOn: readonly string[]) =>
    parseSyncProfile({
      apiVersion: 'stoker.io/v1alpha1',
      kind: 'SyncProfile',
      metadata: { name, namespace: 'ns' },
      spec: {
        mappings: [{ source: '.', destination: '.' }],
        dependsOn: dependsOn.map((profileName) => ({ profileName })),
      },
    });
  const area = makeProfile('area', Object.keys(others));
  const known = [...Object.keys(others).map((name) => makeProfile(name, [])), area];
  const draft = makeDraft({ ref: { kind: 'resolved', commit: next } });
  const waiting = makeGateway('area-0', { status: undefined });
  const firsts = Object.entries(others).map(([name, { at, before }]) => {
    const candidate = makeCandidate(draft.stoker, [makeProfile(name, [])], { ref: 'main', commit: at });
    const history = [at, ...before].map((sha) => ({
      at: '2026-01-01T00:05:00Z',
      commit: sha,
      releaseId: sha === at ? candidate.id : 'earlier',
      outcome: 'Synced' as const,
      changed: 1,
      durationMs: 1,
    }));
    const one = makeGateway(`${name}-0`, { decision: { release: candidate, held: undefined } });
    return {
      ...one,
      gateway: { ...one.gateway, profileNames: [name] },
      told: metadataDocument(draft.stoker, one),
      status: makeStatus({ releaseId: candidate.id, commit: at, history }),
    };
  });
  draft.gateways = [...firsts, { ...waiting, gateway: { ...waiting.gateway, profileNames: ['area'] } }];
  releaseCommits(draft, { caches: { profiles: { list: () => known } }, turns, now });
  return draft.gateways.at(-1)?.decision;
}

const oldest = '0'.repeat(40);

test.each([
  [
    'nothing that one of them has not completed',
    { ahead: { at: commit, before: [] }, behind: { at: oldest, before: [] } },
    undefined,
  ],
  [
    'the newest that both have completed',
    { ahead: { at: commit, before: [oldest] }, behind: { at: oldest, before: [] } },
    oldest,
  ],
  [
    'that also where the other one is behind',
    { behind: { at: oldest, before: [] }, ahead: { at: commit, before: [oldest] } },
    oldest,
  ],
  [
    'that also where one has the very newest',
    { behind: { at: commit, before: [] }, ahead: { at: next, before: [commit] } },
    commit,
  ],
])('a gateway that goes after those of two profiles gets %s', (_name, others, expected) => {
  const decision = decidedAfter(others);
  expect(decision?.release?.commit).toBe(expected);
  expect(decision?.held).toMatchObject({ gate: 'dependencies', candidate: { commit: next } });
});
