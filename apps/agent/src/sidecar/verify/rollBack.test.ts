import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failing, startModelPlant, type ModelPlant } from '../testing/modelPlant.ts';

let plant: ModelPlant;
beforeEach(async () => {
  plant = await startModelPlant();
});
afterEach(() => plant.close());

describe('a release that has to go is taken back', () => {
  test('also where a person asks for a sync before that, and is not applied again for it', async () => {
    await plant.judgeBad();
    plant.want('r2', { syncRequest: 'now' });
    expect(await plant.agent.settle()).toEqual(['rollBack r2']);
    expect([plant.gateway.folder, plant.gateway.scans.at(-1)]).toEqual([['r1'], 'r1']);
    plant.restart();
    await plant.agent.settle();
    expect(plant.gateway.folder).toEqual(['r1']);
  });

  test('also where a person asks for a sync while it is, and is not applied again for it', async () => {
    await plant.judgeBad();
    plant.gateway.halfWay = async () => plant.want('r2', { syncRequest: 'now' });
    expect(await plant.agent.settle()).toEqual(['rollBack r2']);
    plant.restart();
    await plant.agent.settle();
    expect(plant.gateway.folder).toEqual(['r1']);
  });

  test('and is applied again where a person asks after that', async () => {
    await plant.judgeBad();
    await plant.agent.settle();
    plant.gateway.bad.clear();
    plant.want('r2', { syncRequest: 'now' });
    expect(await plant.agent.settle()).toEqual(['sync r2']);
    expect(plant.agent.cell.state).toMatchObject({ refused: undefined, verification: { outcome: 'Verified' } });
  });

  test('before the next release comes, which is measured against a gateway without the problem', async () => {
    await plant.judgeBad();
    plant.gateway.bad.add('r3');
    plant.want('r3');
    expect(await plant.agent.settle()).toEqual(['rollBack r2', 'sync r3', 'rollBack r3']);
    expect(plant.gateway.folder).toEqual(['r1']);
    expect(plant.agent.records.filter(({ action }) => action === 'rollback')).toMatchObject([
      { release: 'r2', outcome: 'RolledBack', repository: 'https://git.example.com/plant.git' },
      { release: 'r3', outcome: 'RolledBack' },
    ]);
  });

  test('but keeps the next release away no longer where that fails again and again', async () => {
    await plant.judgeBad();
    plant.gateway.revertFails = true;
    plant.want('r3');
    expect(await plant.agent.settle()).toEqual(['rollBack r2', 'rollBack r2', 'rollBack r2', 'sync r3']);
    expect(plant.gateway.folder).toEqual(['r1', 'r2', 'r3']);
    expect(plant.agent.cell.state.refused).toBeUndefined();
  });

  test('as soon as a dry run is over that came before it', async () => {
    await plant.judgeBad();
    plant.want('r3', {}, { dryRun: true });
    expect(await plant.agent.settle()).toEqual(['sync r3']);
    expect(plant.gateway.folder).toEqual(['r1', 'r2']);
    plant.want('r2');
    expect(await plant.agent.settle()).toEqual(['rollBack r2']);
  });

  test('when its back-off is over, and the gateway that has to scan meanwhile is not judged anew', async () => {
    await plant.judgeBad();
    plant.gateway.halfWay = failing('transient');
    plant.gateway.scanOutcome = 'Failed';
    await plant.agent.act();
    expect(plant.agent.cell.state).toMatchObject({ failure: { reason: 'StorageFull' }, debt: 'scan' });
    plant.gateway.bad.clear();
    plant.gateway.scanOutcome = 'Scanned';
    plant.agent.cell.update((state) => ({ ...state, askGatewayAtMs: 0 }));
    expect(await plant.agent.act(0)).toMatchObject({ kind: 'askGateway' });
    expect(await plant.agent.settle()).toEqual(['rollBack r2']);
  });
});

describe('what was written and taken back by something that failed half-way', () => {
  test.each([
    ['a sync', 'stalled', 'sync', ['askGateway r3'], async () => plant.want('r3')],
    ['a rollback', 'transient', 'rollBack', ['rollBack r2'], () => plant.judgeBad()],
  ] as const)('is scanned where the gateway has no scan locks: of %s', async (_what, errorClass, kind, then, begin) => {
    plant.gateway.holds = false;
    await begin();
    const before = plant.gateway.scans.length;
    plant.gateway.halfWay = failing(errorClass);
    expect(await plant.agent.act()).toMatchObject({ kind });
    expect(plant.agent.cell.state).toMatchObject({ failure: { reason: 'StorageFull' }, debt: 'scan' });
    expect(await plant.agent.settle()).toEqual(then);
    expect([plant.gateway.scans.slice(before), plant.agent.cell.state.debt]).toEqual([['r1'], 'none']);
  });

  test('is scanned again where the scan that gave the locks back has failed', async () => {
    plant.want('r3');
    plant.gateway.halfWay = failing('transient');
    plant.gateway.scanOutcome = 'Failed';
    await plant.agent.act();
    expect(plant.agent.cell.state).toMatchObject({ debt: 'scan', scanFailure: { attempt: 1 } });
  });
});
