// A wanted release that does not come to the folder is no reason to leave alone what is edited there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { releaseId, type Release, type StatusDocument } from '@stoker/crd-types';
import { describeStatus } from './statusDocument.ts';
import { document, podUID, release } from './testing/fixtures.ts';
import { createModelGateway, startModelAgent, type ModelAgent, type ModelGateway } from './testing/model.ts';
import { withDocument, withEarlier } from './transitions.ts';

const identity = { podUID, podName: 'plant-0', agentVersion: '1.2.3' };
const edited = 'projects/plant/view.json';

let gateway: ModelGateway;
let agent: ModelAgent;
beforeEach(() => {
  gateway = createModelGateway();
  agent = startModelAgent(gateway);
});
afterEach(() => gateway.close());

/** Named by what it is, as the controller does it. */
function releaseOf(digit: string, profile: Partial<Release['profile']> = {}): Release {
  const made = release({ commit: digit.repeat(40), profile: { verification: { onFailure: 'rollback' }, ...profile } });
  return { ...made, id: releaseId(made.commit, made.profile) };
}

const want = (wanted: Release) => agent.cell.update((state) => withDocument(state, document({ release: wanted })));
const status = () => describeStatus(agent.cell.state, identity);

/** As if the last look had been a sync period ago, and the next try of the wanted release were not due for long. */
function letTimePass(): void {
  const nowMs = Date.now();
  agent.cell.update(({ failure, ...state }) => ({
    ...state,
    checkedAtMs: nowMs - 30_000,
    lookedAtMs: nowMs - 30_000,
    failure: failure && { ...failure, nextAttemptMs: nowMs + 3_600_000 },
  }));
}

/** The folder holds the first release, and the next one does not come to it. */
async function refuseNext(refuse: (next: Release) => void, first: Release, profile: Partial<Release['profile']> = {}) {
  want(first);
  await agent.settle();
  const next = releaseOf('2', profile);
  refuse(next);
  want(next);
  for (let action = await agent.act(); action.kind !== 'wait'; action = await agent.act());
  expect(gateway.folder).toEqual([first.id]);
  return next;
}

const refusals: readonly [string, (next: Release) => void, Partial<Release['profile']>, object][] = [
  [
    'was taken back after its verification',
    ({ id }) => gateway.bad.add(id),
    {},
    { phase: 'Failed', error: { reason: 'RolledBack' } },
  ],
  [
    'is refused when it is planned',
    ({ id }) => gateway.unplannable.add(id),
    {},
    { phase: 'Failed', error: { reason: 'SourceVanished', attempt: 1 } },
  ],
  [
    'waits for Designers',
    () => void (gateway.designers = ['anna']),
    { designerSessionPolicy: 'wait' },
    { phase: 'Waiting', waiting: { reason: 'DesignerSessionOpen' } },
  ],
  [
    'is refused because of Designers',
    () => void (gateway.designers = ['anna']),
    { designerSessionPolicy: 'fail' },
    { phase: 'Failed', error: { reason: 'DesignerSessionOpen', attempt: 1 } },
  ],
];

describe.each(refusals)('while a release %s, a live edit', (_how, refuse, profile, said) => {
  test('is found after the sync period, told and kept, and nothing else is said of the release than before', async () => {
    const first = releaseOf('1');
    await refuseNext(refuse, first, profile);
    gateway.edits.add(edited);
    expect(await agent.act(agent.cell.state.checkedAtMs)).toMatchObject({ kind: 'wait' });
    letTimePass();
    expect(await agent.act()).toMatchObject({ kind: 'sync', release: { id: first.id }, cause: 'look' });
    expect(status()).toMatchObject({ ...said, releaseId: first.id, drifted: { count: 1, paths: [edited] } });
    expect([[...gateway.edits], gateway.folder]).toEqual([[edited], [first.id]]);
    expect(await agent.act(agent.cell.state.lookedAtMs)).toMatchObject({ kind: 'wait' });
  });

  test('is put back where the profile of what the folder holds wants it, and scanned', async () => {
    const first = releaseOf('1', { driftPolicy: 'restore' });
    await refuseNext(refuse, first, profile);
    gateway.edits.add(edited);
    const before = gateway.scans.length;
    letTimePass();
    await agent.act();
    expect([gateway.edits.size, gateway.scans.slice(before), gateway.folder]).toEqual([0, [first.id], [first.id]]);
    expect(status()).toMatchObject({ ...said, releaseId: first.id });
    expect(status()?.history[0]).toMatchObject({ outcome: 'Synced', releaseId: first.id, changed: 1 });
    expect(agent.records.at(-1)).toMatchObject({ action: 'sync', trigger: { kind: 'resync' }, release: first.id });
  });
});

test('a look that fails leaves what is said of the wanted release, and is tried again after the sync period', async () => {
  const first = releaseOf('1');
  const next = await refuseNext(({ id }) => gateway.bad.add(id), first);
  gateway.unplannable.add(first.id);
  letTimePass();
  expect(await agent.act()).toMatchObject({ cause: 'look' });
  expect(status()).toMatchObject({ error: { reason: 'RolledBack' } });
  expect(agent.cell.state).toMatchObject({ refused: { releaseId: next.id }, failure: undefined });
  expect(await agent.act(agent.cell.state.lookedAtMs)).toMatchObject({ kind: 'wait' });
});

test('a clock that was set back has the folder looked at once, not without a pause', async () => {
  await refuseNext(({ id }) => gateway.bad.add(id), releaseOf('1'));
  agent.cell.update((state) => ({ ...state, checkedAtMs: Date.now() + 3_600_000, lookedAtMs: undefined }));
  expect(await agent.act()).toMatchObject({ cause: 'look' });
  expect(await agent.act(agent.cell.state.lookedAtMs)).toMatchObject({ kind: 'wait' });
});

test('a dry run and a release of another repository look at nothing', async () => {
  const first = releaseOf('1');
  const next = await refuseNext(({ id }) => gateway.unplannable.add(id), first);
  want({ ...next, repository: 'https://git.example.com/another.git' });
  letTimePass();
  expect(await agent.act()).toMatchObject({ kind: 'wait' });
  want(releaseOf('2', { dryRun: true }));
  await agent.act();
  letTimePass();
  expect(await agent.act()).toMatchObject({ cause: 'resync' });
});

describe('the next process', () => {
  async function restart(reported: Partial<StatusDocument> | undefined): Promise<void> {
    const { document: wanted } = agent.cell.state;
    const said = status();
    agent = startModelAgent(gateway);
    const earlier = said && reported && { ...said, ...reported };
    agent.cell.update((state) => withEarlier(withDocument(state, wanted), earlier));
    gateway.edits.add(edited);
    await agent.settle();
  }

  test('finds live edits against what the folder holds, too', async () => {
    const first = releaseOf('1');
    await refuseNext(({ id }) => gateway.bad.add(id), first);
    await restart({});
    expect(status()).toMatchObject({ error: { reason: 'RolledBack' }, drifted: { count: 1 } });
  });

  test('believes the volume nothing that no agent has reported', async () => {
    const { id } = releaseOf('1');
    await refuseNext(({ id: next }) => gateway.bad.add(next), releaseOf('1'));
    await restart({ history: [], releaseId: 'another' });
    expect(agent.cell.state).toMatchObject({ applied: { id }, last: undefined });
  });

  test('gets nothing from the volume that the gateway may not see, such as the password of a proxy', async () => {
    const wanted = releaseOf('1');
    const repository = { ...document().repository, proxy: 'http://anna:s3cret@proxy.example.com' };
    agent.cell.update((state) => withDocument(state, document({ release: wanted, repository })));
    await agent.settle();
    const written = readFileSync(join(gateway.dataDirectory, '.stoker/releases.json'), 'utf8');
    expect([written.includes(wanted.id), written.includes('s3cret')]).toEqual([true, false]);
  });

  test('believes no release that is not what its id says', async () => {
    const first = releaseOf('1');
    await refuseNext(({ id }) => gateway.bad.add(id), first);
    const forged = { ...first, profile: { ...first.profile, mappings: [] } };
    const file = join(gateway.dataDirectory, '.stoker/releases.json');
    writeFileSync(file, JSON.stringify([document({ release: forged }), 'no document']));
    await restart({});
    expect(agent.cell.state).toMatchObject({ heldReleases: [], last: undefined });
  });
});
