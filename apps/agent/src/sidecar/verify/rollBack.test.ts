import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MetadataDocument, Release } from '@stoker/crd-types';
import { StokerError, type ErrorClass } from '@stoker/errors';
import { document, release } from '../testing/fixtures.ts';
import { createModelGateway, startModelAgent, type ModelAgent, type ModelGateway } from '../testing/model.ts';
import { withDocument } from '../transitions.ts';

const releaseOf = (id: string, profile: Partial<Release['profile']> = {}) =>
  release({ id, profile: { verification: { onFailure: 'rollback' }, ...profile } });

let gateway: ModelGateway;
let agent: ModelAgent;

const want = (id: string, over: Partial<MetadataDocument> = {}, profile: Partial<Release['profile']> = {}) =>
  agent.cell.update((state) => withDocument(state, document({ release: releaseOf(id, profile), ...over })));
/** The next process of the agent, told the same as the one before it. */
function restart(options: { readonly started?: boolean } = {}): void {
  const { document: wanted } = agent.cell.state;
  agent = startModelAgent(gateway, options);
  agent.cell.update((state) => withDocument(state, wanted));
}

beforeEach(async () => {
  gateway = createModelGateway();
  agent = startModelAgent(gateway);
  want('r1');
  await agent.settle();
  gateway.bad.add('r2');
});
afterEach(() => gateway.close());

const failing = (errorClass: ErrorClass) => async () => {
  throw new StokerError('no space left', { reason: 'StorageFull', class: errorClass });
};

/** The release that the gateway does not bear is in the folder and judged; it is not taken back yet. */
async function judgeBad(): Promise<void> {
  want('r2');
  expect(await agent.act()).toMatchObject({ kind: 'sync', release: { id: 'r2' } });
  expect([gateway.folder, agent.cell.state.refused?.releaseId]).toEqual([['r1', 'r2'], 'r2']);
}

describe('a release that has to go is taken back', () => {
  test('also where a person asks for a sync before that, and is not applied again for it', async () => {
    await judgeBad();
    want('r2', { syncRequest: 'now' });
    expect(await agent.settle()).toEqual(['rollBack r2']);
    expect([gateway.folder, gateway.scans.at(-1)]).toEqual([['r1'], 'r1']);
    restart();
    await agent.settle();
    expect(gateway.folder).toEqual(['r1']);
  });

  test('also where a person asks for a sync while it is, and is not applied again for it', async () => {
    await judgeBad();
    gateway.halfWay = async () => want('r2', { syncRequest: 'now' });
    expect(await agent.settle()).toEqual(['rollBack r2']);
    restart();
    await agent.settle();
    expect(gateway.folder).toEqual(['r1']);
  });

  test('and is applied again where a person asks after that', async () => {
    await judgeBad();
    await agent.settle();
    gateway.bad.clear();
    want('r2', { syncRequest: 'now' });
    expect(await agent.settle()).toEqual(['sync r2']);
    expect(agent.cell.state).toMatchObject({ refused: undefined, verification: { outcome: 'Verified' } });
  });

  test('before the next release comes, which is measured against a gateway without the problem', async () => {
    await judgeBad();
    gateway.bad.add('r3');
    want('r3');
    expect(await agent.settle()).toEqual(['rollBack r2', 'sync r3', 'rollBack r3']);
    expect(gateway.folder).toEqual(['r1']);
    expect(agent.records.filter(({ action }) => action === 'rollback')).toMatchObject([
      { release: 'r2', outcome: 'RolledBack', repository: 'https://git.example.com/plant.git' },
      { release: 'r3', outcome: 'RolledBack' },
    ]);
  });

  test('but keeps the next release away no longer where that fails again and again', async () => {
    await judgeBad();
    gateway.revertFails = true;
    want('r3');
    expect(await agent.settle()).toEqual(['rollBack r2', 'rollBack r2', 'rollBack r2', 'sync r3']);
    expect(gateway.folder).toEqual(['r1', 'r2', 'r3']);
    expect(agent.cell.state.refused).toBeUndefined();
  });

  test('as soon as a dry run is over that came before it', async () => {
    await judgeBad();
    want('r3', {}, { dryRun: true });
    expect(await agent.settle()).toEqual(['sync r3']);
    expect(gateway.folder).toEqual(['r1', 'r2']);
    want('r2');
    expect(await agent.settle()).toEqual(['rollBack r2']);
  });

  test('when its back-off is over, and the gateway that has to scan meanwhile is not judged anew', async () => {
    await judgeBad();
    gateway.halfWay = failing('transient');
    gateway.scanOutcome = 'Failed';
    await agent.act();
    expect(agent.cell.state).toMatchObject({ failure: { reason: 'StorageFull' }, debt: 'scan' });
    gateway.bad.clear();
    gateway.scanOutcome = 'Scanned';
    agent.cell.update((state) => ({ ...state, askGatewayAtMs: 0 }));
    expect(await agent.act(0)).toMatchObject({ kind: 'askGateway' });
    expect(await agent.settle()).toEqual(['rollBack r2']);
  });
});

describe('an agent that was killed', () => {
  test('between the verdict and the record of it finds the verdict again, and the release is taken back', async () => {
    await judgeBad();
    restart();
    expect(await agent.settle()).toEqual(['open', 'sync r2', 'askGateway r2', 'rollBack r2']);
    expect([gateway.folder, gateway.scans.at(-1)]).toEqual([['r1'], 'r1']);
    expect(agent.cell.state.refused?.message).toContain('no license');
  });

  test('before the verdict has its release verified by the next process', async () => {
    gateway.bad.clear();
    gateway.halfWay = async () => {
      gateway.folder.push('r2');
      restart();
      await agent.settle();
    };
    want('r2');
    await agent.act();
    expect(agent.cell.state).toMatchObject({ verification: { releaseId: 'r2', outcome: 'Verified' } });
  });

  test('or told to end while the gateway scans leaves the verdict to the next process', async () => {
    gateway.whileScanning = () => agent.cell.update((state) => withDocument(state, undefined));
    want('r2');
    await agent.act();
    gateway.whileScanning = undefined;
    restart();
    want('r2');
    await agent.settle();
    expect(gateway.folder).toEqual(['r1']);
  });

  test.each(['report', 'retry'] as const)('after a bad verdict leaves it to be found again: %s', async (onFailure) => {
    want('r2', {}, { verification: { onFailure } });
    await agent.act();
    const { verification } = agent.cell.state;
    restart();
    for (let action = await agent.act(); action.kind !== 'wait'; action = await agent.act());
    expect(await agent.act(agent.cell.state.askGatewayAtMs)).toMatchObject({ kind: 'askGateway' });
    const { outcome, failed, message } = agent.cell.state.verification ?? {};
    expect({ outcome, failed, message }).toEqual({
      outcome: 'Failed',
      failed: verification?.failed,
      message: verification?.message,
    });
  });

  test('after it could not take the release back finds that again', async () => {
    await judgeBad();
    gateway.halfWay = failing('stalled');
    await agent.settle();
    expect(agent.cell.state.verification).toMatchObject({ reason: 'RollbackFailed' });
    restart();
    gateway.halfWay = failing('stalled');
    await agent.settle();
    expect(agent.cell.state.verification).toMatchObject({ reason: 'RollbackFailed', failed: true });
  });

  test('in the second try that a person has asked for has it judged, not taken back unseen', async () => {
    await judgeBad();
    await agent.settle();
    gateway.bad.clear();
    gateway.halfWay = async () => {
      gateway.folder.push('r2');
      restart();
      await agent.settle();
    };
    want('r2', { syncRequest: 'now' });
    await agent.act();
    expect(gateway.folder).toEqual(['r1', 'r2']);
    expect(agent.cell.state).toMatchObject({ verification: { releaseId: 'r2', outcome: 'Verified' } });
  });

  test('after the verdict leaves the next process nothing to verify', async () => {
    want('r3');
    await agent.settle();
    restart();
    expect(await agent.settle()).toEqual(['open', 'sync r3', 'askGateway r3']);
    expect([agent.cell.state.check, agent.cell.state.verification]).toEqual([undefined, undefined]);
  });

  test('with its pod leaves the gateway unjudged, which reads the folder when it starts', async () => {
    await judgeBad();
    restart({ started: false });
    await agent.settle();
    expect([gateway.folder, agent.cell.state.check]).toEqual([['r1', 'r2'], undefined]);
  });
});

describe('a live edit that is put back', () => {
  test.each(['report', 'retry'] as const)(
    'clears no release of the problem that it came with: %s',
    async (onFailure) => {
      want('r2', {}, { verification: { onFailure }, driftPolicy: 'restore' });
      await agent.act();
      gateway.edits.add('projects/plant/view.json');
      agent.cell.update((state) => ({ ...state, checkedAtMs: undefined }));
      expect(await agent.act()).toMatchObject({ kind: 'sync', cause: 'resync' });
      expect([gateway.edits.size, agent.cell.state.verification]).toMatchObject([0, { outcome: 'Failed' }]);
    },
  );

  test('by the process after one that was killed before its verdict does not keep the release', async () => {
    want('r2', {}, { driftPolicy: 'restore' });
    await agent.act();
    gateway.edits.add('projects/plant/view.json');
    restart();
    await agent.settle();
    expect(gateway.folder).toEqual(['r1']);
  });

  test('is no reason to blame a release that was verified for what has come since', async () => {
    gateway.bad.clear();
    want('r2', {}, { driftPolicy: 'restore' });
    await agent.settle();
    gateway.bad.add('r2');
    gateway.edits.add('projects/plant/view.json');
    agent.cell.update((state) => ({ ...state, checkedAtMs: undefined }));
    await agent.settle();
    expect(agent.cell.state).toMatchObject({ verification: { outcome: 'Verified' }, refused: undefined });
    expect(gateway.folder).toEqual(['r1', 'r2']);
  });
});

describe('what was written and taken back by something that failed half-way', () => {
  test.each([
    ['a sync', 'stalled', 'sync', ['askGateway r3'], async () => want('r3')],
    ['a rollback', 'transient', 'rollBack', ['rollBack r2'], judgeBad],
  ] as const)('is scanned where the gateway has no scan locks: of %s', async (_what, errorClass, kind, then, begin) => {
    gateway.holds = false;
    await begin();
    const before = gateway.scans.length;
    gateway.halfWay = failing(errorClass);
    expect(await agent.act()).toMatchObject({ kind });
    expect(agent.cell.state).toMatchObject({ failure: { reason: 'StorageFull' }, debt: 'scan' });
    expect(await agent.settle()).toEqual(then);
    expect([gateway.scans.slice(before), agent.cell.state.debt]).toEqual([['r1'], 'none']);
  });

  test('is scanned again where the scan that gave the locks back has failed', async () => {
    want('r3');
    gateway.halfWay = failing('transient');
    gateway.scanOutcome = 'Failed';
    await agent.act();
    expect(agent.cell.state).toMatchObject({ debt: 'scan', scanFailure: { attempt: 1 } });
  });
});
