import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync } from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced, conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { getObject, listObjects } from '../src/plant/resources.ts';

const namespace = 'e2e-bad-input';
let plant: Plant;
let before: Awaited<ReturnType<typeof endState>>;

beforeAll(async () => {
  plant = await installPlant(namespace);
  await firstSync(plant);
  before = await endState(namespace);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** Whatever was wrong: no folder changed, no gateway restarted. */
async function expectNoHarm(): Promise<void> {
  expect(await endState(namespace)).toEqual(before);
  expect(await conditionFindings(namespace)).toEqual([]);
}

function patch(kind: string, name: string, change: object): Promise<string> {
  return kubectl(['-n', namespace, 'patch', kind, name, '--type=merge', '-p', JSON.stringify(change)]);
}

async function eventsAbout(name: string): Promise<readonly string[]> {
  const events = await listObjects<{ note: string; regarding: { name: string } }>(namespace, 'events.events.k8s.io');
  return events.filter(({ regarding }) => regarding.name === name).map(({ note }) => note);
}

test('a ref that does not exist: said in the condition and an event, and over when it is put right', async () => {
  await patch('stokers', stokerName, { spec: { git: { ref: 'mian' } } });
  await eventually('the ref is not resolved', async () => {
    const condition = await conditionOf(namespace, 'RefResolved');
    expect(condition).toMatchObject({ status: 'False', message: expect.stringContaining('mian') });
    expect((await eventsAbout(stokerName)).some((note) => note.includes('mian'))).toBe(true);
  });
  await patch('stokers', stokerName, { spec: { git: { ref: 'main' } } });
  await eventually('it is resolved again', async () =>
    expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({ status: 'True' }),
  );
  await allSynced(namespace, plant.firstCommit);
  await expectNoHarm();
}, 120_000);

test('a token that the git server refuses: said without the token, and over when it is put right', async () => {
  const wrong = 'glpat-canary-wrong-9e1f';
  await patch('secrets', 'git-token', { stringData: { token: wrong } });
  await patch('stokers', stokerName, { metadata: { annotations: { 'stoker.io/sync-now': 'bad' } } });
  const message = await eventually('the token is refused', async () => {
    const condition = await conditionOf(namespace, 'RefResolved');
    expect(condition).toMatchObject({ status: 'False', message: expect.stringMatching(/token|authenticat/i) });
    return condition?.message;
  });
  expect(message).not.toContain(wrong);
  await patch('secrets', 'git-token', { stringData: { token: plant.repository.token } });
  await eventually('it is accepted again', async () =>
    expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({ status: 'True' }),
  );
  await allSynced(namespace, plant.firstCommit);
  await expectNoHarm();
}, 240_000);

interface BadProfile {
  readonly what: string;
  /** What the status must name. */
  readonly found: string;
  readonly change: (spec: ProfileSpec) => Partial<ProfileSpec>;
}

interface ProfileSpec {
  readonly mappings: readonly { readonly source: string }[];
  readonly vars: Readonly<Record<string, string>>;
}

const badProfiles: readonly BadProfile[] = [
  { what: 'a variable that it lacks', found: 'Vars.area', change: () => ({ vars: { zone: 'north' } }) },
  {
    what: 'a source that git does not have',
    found: 'projects/plant-bsae',
    change: ({ mappings: [first, ...rest] }) => ({ mappings: [{ ...first, source: 'projects/plant-bsae' }, ...rest] }),
  },
];

test.each(badProfiles)(
  'a profile that names $what: its gateway says so, keeps what it has, and the others go on',
  async ({ found, change }) => {
    const name = 'area-north';
    const { spec } = await getObject<{ spec: ProfileSpec }>(namespace, 'syncprofiles', name);
    await replaceSpec(name, { ...spec, ...change(spec) });
    await eventually('the gateway says what is missing', async () => {
      const stoker = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
      const gateways = stoker.status?.discoveredGateways ?? [];
      expect(gateways.find((gateway) => gateway.name === name)).toMatchObject({
        phase: 'Failed',
        error: { message: expect.stringContaining(found) },
      });
      expect(gateways.filter(({ phase }) => phase === 'Synced')).toHaveLength(2);
      expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({
        status: 'False',
        message: expect.stringContaining(name),
      });
    });
    await replaceSpec(name, spec);
    await allSynced(namespace, plant.firstCommit);
    await expectNoHarm();
  },
  120_000,
);

function replaceSpec(name: string, spec: ProfileSpec): Promise<string> {
  const change = JSON.stringify([{ op: 'replace', path: '/spec', value: spec }]);
  return kubectl(['-n', namespace, 'patch', 'syncprofiles', name, '--type=json', '-p', change]);
}

test('a Stoker with a bad field is refused by kubectl with the field and the fix', async () => {
  const error: unknown = await patch('stokers', stokerName, { spec: { git: { repo: 'file:///etc' } } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toMatch(/spec\.git\.repo.*https:\/\//s);
  await expectNoHarm();
});
