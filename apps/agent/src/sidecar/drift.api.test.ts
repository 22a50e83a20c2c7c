import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, readFolder } from '../testing/folder.ts';
import { wholeFolder } from './testing/fixtures.ts';
import { createPlant, type Plant } from './testing/plant.ts';
import type { SidecarProcess } from './testing/podOnApiServer.ts';

let plant: Plant;
beforeEach(async () => {
  plant = await createPlant();
});
afterEach(() => plant.close());

const within = { withinMs: 30_000 };

/** A folder in step with git, which is looked at every five seconds, and then edited by hand. */
async function editLive(driftPolicy: 'report' | 'restore'): Promise<SidecarProcess> {
  const { pod, repository, kubeconfig, metadata, synced } = plant;
  await pod.createReports();
  const commit = await repository.commit({ 'projects/a/view.json': '1', 'projects/b/view.json': '1' });
  await pod.publish(metadata(commit, { driftPolicy, syncPeriod: 5 }));
  const agent = pod.start(kubeconfig);
  await synced(commit);
  writeFileSync(join(pod.data, 'projects/a/view.json'), '"by hand"');
  return agent;
}

describe('a live edit that nobody announced', () => {
  test('is found with the next look, told with its path and kept; the next release replaces it and says so', async () => {
    const { pod, repository, metadata, synced } = plant;
    const agent = await editLive('report');
    await eventually('it is told', async () => (await pod.status())?.drifted !== undefined, within);
    expect(await pod.status()).toMatchObject({
      phase: 'Synced',
      drifted: { count: 1, paths: ['projects/a/view.json'] },
    });
    expect(readFolder(pod.data)).toMatchObject({ 'projects/a/view.json': '"by hand"' });

    const next = await repository.commit({ 'projects/a/view.json': '2' });
    await pod.publish(metadata(next, { driftPolicy: 'report', syncPeriod: 5 }));
    await synced(next);
    expect(readFolder(pod.data)).toEqual({ 'projects/a/view.json': '2', 'projects/b/view.json': '1' });
    expect(await pod.status()).not.toHaveProperty('drifted');
    const told = () => agent.log().filter(({ msg }) => msg === 'live edits found and kept').length;
    await eventually('the log tells', () => told() > 0);
    expect(told()).toBe(1);
    await eventually('the changes are listed', async () => (await pod.changes())?.commit === next);
    expect((await pod.changes())?.changes).toEqual([
      expect.objectContaining({ path: 'projects/a/view.json', kind: 'modified', liveEdit: true }),
    ]);
  }, 60_000);

  test.each(['report', 'restore'] as const)(
    'is found, too, while the wanted release is refused, also by the next process: %s',
    async (driftPolicy) => {
      const { pod, repository, kubeconfig, metadata, synced } = plant;
      await pod.createReports();
      const files = { 'projects/a/view.json': '1', 'projects/b/view.json': '1', 'projects/c/view.json': '1' };
      const commit = await repository.commit(files);
      await pod.publish(metadata(commit, { driftPolicy, syncPeriod: 5 }));
      const agent = pod.start(kubeconfig);
      await synced(commit);
      const next = await repository.commit({ 'projects/a/view.json': '2' });
      const mappings = [{ ...wholeFolder, source: 'nowhere', required: true }];
      await pod.publish(metadata(next, { mappings, driftPolicy, syncPeriod: 3600 }));
      const isRefused = async () => (await pod.status())?.error?.reason === 'SourceMissing';
      await eventually('it is refused', isRefused, within);

      const edit = (path: string) => writeFileSync(join(pod.data, path), '"by hand"');
      const isHandled = async (...paths: string[]) =>
        driftPolicy === 'report'
          ? isDeepStrictEqual((await pod.status())?.drifted?.paths.toSorted(), paths)
          : isDeepStrictEqual(readFolder(pod.data), files);
      const tells = (one: SidecarProcess) => one.log().some(({ msg }) => msg.startsWith('live edits '));
      edit('projects/b/view.json');
      await eventually('it is handled', () => isHandled('projects/b/view.json'), within);
      await eventually('the log tells', () => tells(agent));
      agent.process.kill('SIGKILL');
      await agent.ended;
      edit('projects/c/view.json');
      const again = pod.start(kubeconfig);
      await eventually('the log of the next process tells', () => tells(again), within);
      await eventually('it is handled by it', () => isHandled('projects/b/view.json', 'projects/c/view.json'), within);
      // A process that has just begun may have reported that it waits.
      const isRefusedStill = async () => {
        const { phase, commit: held, error } = (await pod.status()) ?? {};
        return isDeepStrictEqual([phase, held, error?.reason], ['Failed', commit, 'SourceMissing']);
      };
      await eventually('it is refused still', isRefusedStill, within);
      expect(readFolder(pod.data)['projects/a/view.json']).toBe('1');
    },
    90_000,
  );

  test('is put back where the profile wants it, and the report names it', async () => {
    const { pod } = plant;
    await editLive('restore');
    const isBack = () => readFolder(pod.data)['projects/a/view.json'] === '1';
    await eventually('it is put back', isBack, within);
    const listed = async () => (await pod.changes())?.changes.some(({ liveEdit }) => liveEdit === true) ?? false;
    await eventually('the changes name it', listed);
    expect((await pod.changes())?.changes.map(({ path }) => path)).toEqual(['projects/a/view.json']);
  }, 60_000);
});
