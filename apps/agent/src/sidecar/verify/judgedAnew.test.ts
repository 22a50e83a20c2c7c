import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failing, startModelPlant, type ModelPlant } from '../testing/modelPlant.ts';
import { withDocument } from '../transitions.ts';

let plant: ModelPlant;
beforeEach(async () => {
  plant = await startModelPlant();
});
afterEach(() => plant.close());

describe('an agent that was killed', () => {
  test('between the verdict and the record of it finds the verdict again, and the release is taken back', async () => {
    await plant.judgeBad();
    plant.restart();
    expect(await plant.agent.settle()).toEqual(['open', 'sync r2', 'askGateway r2', 'rollBack r2']);
    expect([plant.gateway.folder, plant.gateway.scans.at(-1)]).toEqual([['r1'], 'r1']);
    expect(plant.agent.cell.state.refused?.message).toContain('no license');
  });

  test('before the verdict has its release verified by the next process', async () => {
    plant.gateway.bad.clear();
    plant.gateway.halfWay = async () => {
      plant.gateway.folder.push('r2');
      plant.restart();
      await plant.agent.settle();
    };
    plant.want('r2');
    await plant.agent.act();
    expect(plant.agent.cell.state).toMatchObject({ verification: { releaseId: 'r2', outcome: 'Verified' } });
  });

  test('or told to end while the gateway scans leaves the verdict to the next process', async () => {
    plant.gateway.whileScanning = () => plant.agent.cell.update((state) => withDocument(state, undefined));
    plant.want('r2');
    await plant.agent.act();
    plant.gateway.whileScanning = undefined;
    plant.restart();
    plant.want('r2');
    await plant.agent.settle();
    expect(plant.gateway.folder).toEqual(['r1']);
  });

  test.each(['report', 'retry'] as const)('after a bad verdict leaves it to be found again: %s', async (onFailure) => {
    plant.want('r2', {}, { verification: { onFailure } });
    await plant.agent.act();
    const { verification } = plant.agent.cell.state;
    plant.restart();
    await plant.agent.settle();
    const { outcome, failed, message } = plant.agent.cell.state.verification ?? {};
    expect({ outcome, failed, message }).toEqual({
      outcome: 'Failed',
      failed: verification?.failed,
      message: verification?.message,
    });
  });

  test('after it could not take the release back finds that again', async () => {
    await plant.judgeBad();
    plant.gateway.halfWay = failing('stalled');
    await plant.agent.settle();
    expect(plant.agent.cell.state.verification).toMatchObject({ reason: 'RollbackFailed' });
    plant.restart();
    plant.gateway.halfWay = failing('stalled');
    await plant.agent.settle();
    expect(plant.agent.cell.state.verification).toMatchObject({ reason: 'RollbackFailed', failed: true });
  });

  test('in the second try that a person has asked for has it judged, not taken back unseen', async () => {
    await plant.judgeBad();
    await plant.agent.settle();
    plant.gateway.bad.clear();
    plant.gateway.halfWay = async () => {
      plant.gateway.folder.push('r2');
      plant.restart();
      await plant.agent.settle();
    };
    plant.want('r2', { syncRequest: 'now' });
    await plant.agent.act();
    expect(plant.gateway.folder).toEqual(['r1', 'r2']);
    expect(plant.agent.cell.state).toMatchObject({ verification: { releaseId: 'r2', outcome: 'Verified' } });
  });

  test('after the verdict leaves the next process nothing to verify', async () => {
    plant.want('r3');
    await plant.agent.settle();
    plant.restart();
    expect(await plant.agent.settle()).toEqual(['open', 'sync r3', 'askGateway r3']);
    expect([plant.agent.cell.state.check, plant.agent.cell.state.verification]).toEqual([undefined, undefined]);
  });

  test('with its pod leaves the gateway unjudged, which reads the folder when it starts', async () => {
    await plant.judgeBad();
    plant.restart({ started: false });
    await plant.agent.settle();
    expect([plant.gateway.folder, plant.agent.cell.state.check]).toEqual([['r1', 'r2'], undefined]);
  });

  test('with its pod leaves nothing by which a later process of the next pod judges that gateway', async () => {
    await plant.judgeBad();
    plant.restart({ started: false });
    await plant.agent.settle();
    plant.restart();
    expect(await plant.agent.settle()).toEqual(['open', 'sync r2', 'askGateway r2']);
    expect([plant.gateway.folder, plant.agent.cell.state.refused]).toEqual([['r1', 'r2'], undefined]);
  });
});

describe('a live edit that is put back', () => {
  test.each(['report', 'retry'] as const)(
    'clears no release of the problem that it came with: %s',
    async (onFailure) => {
      plant.want('r2', {}, { verification: { onFailure }, driftPolicy: 'restore' });
      await plant.agent.act();
      plant.gateway.edits.add('projects/plant/view.json');
      plant.agent.cell.update((state) => ({ ...state, checkedAtMs: undefined }));
      expect(await plant.agent.act()).toMatchObject({ kind: 'sync', cause: 'resync' });
      expect([plant.gateway.edits.size, plant.agent.cell.state.verification]).toMatchObject([0, { outcome: 'Failed' }]);
    },
  );

  test('by the process after one that was killed before its verdict does not keep the release', async () => {
    plant.want('r2', {}, { driftPolicy: 'restore' });
    await plant.agent.act();
    plant.gateway.edits.add('projects/plant/view.json');
    plant.restart();
    await plant.agent.settle();
    expect(plant.gateway.folder).toEqual(['r1']);
  });

  test('is no reason to blame a release that was verified for what has come since', async () => {
    plant.gateway.bad.clear();
    plant.want('r2', {}, { driftPolicy: 'restore' });
    await plant.agent.settle();
    plant.gateway.bad.add('r2');
    plant.gateway.edits.add('projects/plant/view.json');
    plant.agent.cell.update((state) => ({ ...state, checkedAtMs: undefined }));
    await plant.agent.settle();
    expect(plant.agent.cell.state).toMatchObject({ verification: { outcome: 'Verified' }, refused: undefined });
    expect(plant.gateway.folder).toEqual(['r1', 'r2']);
  });
});
