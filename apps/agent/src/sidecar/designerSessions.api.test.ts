import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, readFolder } from '../testing/folder.ts';
import { startPlantWithGateway, type PlantWithGateway } from './testing/gatewayBeside.ts';

const plantJson = 'projects/plant/project.json';
const otherJson = 'projects/other/project.json';
const project = (title: string) => JSON.stringify({ title, enabled: true, parent: '' });
const files = (plantTitle: string, otherTitle = 'Other') => ({
  [plantJson]: project(plantTitle),
  [otherJson]: project(otherTitle),
});
const anna = { id: '1', user: 'anna', project: 'plant', uptime: 60, address: '10.0.0.7' };
const within = { withinMs: 30_000 };

let site: PlantWithGateway;
beforeEach(async () => {
  site = await startPlantWithGateway(files('First'));
  site.gateway.openDesigners([anna]);
}, 60_000);
afterEach(() => site.close());

const status = () => site.plant.pod.status();
const live = () => readFolder(site.plant.pod.data)[plantJson];

describe('while somebody has open what a release changes, it', () => {
  test('goes on by default, and the status says who was editing', async () => {
    const commit = await site.release(files('Second'));
    await site.plant.synced(commit);
    expect(await status()).toMatchObject({ phase: 'Synced', designerSessions: [{ user: 'anna', project: 'plant' }] });
  }, 60_000);

  test('waits visibly where the profile says so, and is synced once the Designer is closed', async () => {
    const commit = await site.release(files('Second'), { designerSessionPolicy: 'wait' });
    await eventually('it waits', async () => (await status())?.waiting !== undefined, within);
    expect(await status()).toMatchObject({
      phase: 'Waiting',
      waiting: { reason: 'DesignerSessionOpen', message: expect.stringContaining('anna (plant)') },
    });
    expect(live()).toBe(project('First'));
    site.gateway.openDesigners([]);
    await eventually('it is synced', async () => (await status())?.commit === commit, within);
    expect(await status()).toMatchObject({ phase: 'Synced' });
    expect(await status()).not.toHaveProperty('waiting');
    expect(live()).toBe(project('Second'));
  }, 60_000);

  test('waits no longer than its limit', async () => {
    await site.release(files('Second'), { designerSessionPolicy: 'wait' });
    await eventually('it waits', async () => (await status())?.waiting !== undefined, within);
    const since = Date.parse((await status())?.waiting?.since ?? '');
    site.agent.process.kill('SIGKILL');
    await site.agent.ended;
    const again = site.plant.pod.start(site.plant.kubeconfig, { TEST_SESSION_WAIT_MS: '10000' });
    const refusal = () => again.log().find(({ msg }) => msg === 'sync failed');
    await eventually('it is refused', () => refusal() !== undefined, within);
    // However late the new process came. The log and the wait go by two clocks.
    expect(Date.parse(refusal()?.time ?? '') - since).toBeGreaterThan(9_900);
    await eventually('the status says so', async () => (await status())?.error !== undefined, within);
    expect(await status()).toMatchObject({ phase: 'Failed', error: { reason: 'DesignerSessionOpen' } });
    expect(live()).toBe(project('First'));
  }, 90_000);

  test('is refused with the names where the profile says so', async () => {
    await site.release(files('Second'), { designerSessionPolicy: 'fail' });
    await eventually('it is refused', async () => (await status())?.error !== undefined, within);
    expect(await status()).toMatchObject({
      phase: 'Failed',
      error: { reason: 'DesignerSessionOpen', message: expect.stringContaining('anna (plant)') },
    });
    expect(live()).toBe(project('First'));
  }, 60_000);
});

describe('a gateway that does not say who is editing', () => {
  test.each([
    ['proceed', 'Synced', undefined, undefined],
    ['wait', 'Waiting', 'DesignerSessionsUnknown', undefined],
    ['fail', 'Failed', undefined, 'DesignerSessionsUnknown'],
  ] as const)(
    'lets a release go on, wait or fail: %s',
    async (designerSessionPolicy, phase, waiting, error) => {
      site.gateway.fail('version-8.1');
      const commit = await site.release(files('Second'), { designerSessionPolicy });
      await eventually(
        'it is so',
        async () => {
          const said = await status();
          const isThere = said?.commit === commit;
          const isSaid = said?.waiting?.reason === waiting && said?.error?.reason === error;
          return said?.phase === phase && isSaid && isThere === (phase === 'Synced');
        },
        within,
      );
      expect(live()).toBe(project(phase === 'Synced' ? 'Second' : 'First'));
    },
    60_000,
  );
});

test('a release that changes another project alone does not wait', async () => {
  const commit = await site.release(files('First', 'Changed'), { designerSessionPolicy: 'fail' });
  await site.plant.synced(commit);
  expect(await status()).toMatchObject({ phase: 'Synced' });
  expect(await status()).not.toHaveProperty('designerSessions');
}, 60_000);
