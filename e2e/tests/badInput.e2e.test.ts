import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync } from '../src/plant/cycle.ts';
import { conditionFindings, endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced, conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { deliverAsGitHub, deliverGitHubPush } from '../src/plant/pushEvent.ts';
import { applyObjects, getObject, listObjects } from '../src/plant/resources.ts';

const namespace = 'e2e-bad-input';
const othersNamespace = 'e2e-bad-input-others';
let plant: Plant;
let others: Plant;
let before: Awaited<ReturnType<typeof endState>>;

beforeAll(async () => {
  plant = await installPlant(namespace);
  others = await installPlant(othersNamespace);
  await firstSync(plant);
  await firstSync(others);
  before = await endState(namespace);
}, 400_000);

afterAll(async () => {
  await plant?.remove();
  await others?.remove();
}, 150_000);

/** Whatever is wrong: no folder changed by a byte, no gateway restarted, and another Stoker's gateways get their commit. */
async function expectNoHarm(): Promise<void> {
  expect(await endState(namespace)).toEqual(before);
  await othersGetCommit();
}

/** The same once it was put right. */
async function expectAllWell(): Promise<void> {
  await allSynced(namespace, plant.firstCommit);
  expect(await endState(namespace)).toEqual(before);
  expect(await conditionFindings(namespace)).toEqual([]);
}

let pushed = 0;

async function othersGetCommit(): Promise<void> {
  pushed += 1;
  writeFileSync(join(others.repository.workTree, 'projects/plant-base/NOTE.md'), `commit ${pushed}`);
  const commit = await others.repository.push(`commit ${pushed}`);
  expect(await deliverGitHubPush({ repository: others.repository.url, branch: 'main', commit })).toBe(202);
  await allSynced(othersNamespace, commit);
}

function patch(kind: string, name: string, change: object): Promise<string> {
  return kubectl(['-n', namespace, 'patch', kind, name, '--type=merge', '-p', JSON.stringify(change)]);
}

const patchGit = (git: object) => patch('stokers', stokerName, { spec: { git } });

async function eventsAbout(name: string): Promise<readonly string[]> {
  const events = await listObjects<{ note: string; regarding: { name: string } }>(namespace, 'events.events.k8s.io');
  return events.filter(({ regarding }) => regarding.name === name).map(({ note }) => note);
}

function expectAll(text: string | undefined, parts: readonly string[]): void {
  for (const part of parts) expect(text).toContain(part);
}

interface BadAccess {
  readonly what: string;
  readonly spoil: () => Promise<unknown>;
  /** Object, field and what was found. */
  readonly says: readonly string[];
  readonly mend: () => Promise<unknown>;
}

const wrongToken = 'glpat-canary-wrong-9e1f';
const tokenField = 'spec.git.auth.token.secretRef';
const useSecret = (name: string) => patchGit({ auth: { token: { secretRef: { name, key: 'token' } } } });
const askNow = () => patch('stokers', stokerName, { metadata: { annotations: { 'stoker.io/sync-now': `${pushed}` } } });

const badAccess: readonly BadAccess[] = [
  {
    what: 'a ref that does not exist',
    spoil: () => patchGit({ ref: 'mian' }),
    says: ['spec.git.ref mian'],
    mend: () => patchGit({ ref: 'main' }),
  },
  {
    what: 'a repository that the server does not have',
    spoil: () => patchGit({ repo: `http://git.${namespace}.svc.cluster.local/nothing.git` }),
    says: [`spec.git.repo http://git.${namespace}.svc.cluster.local/nothing.git`],
    mend: () => patchGit({ repo: plant.repository.url }),
  },
  {
    what: 'a server that does not exist',
    spoil: () => patchGit({ repo: `http://gti.${namespace}.svc.cluster.local/site.git` }),
    says: [`spec.git.repo http://gti.${namespace}.svc.cluster.local/site.git`],
    mend: () => patchGit({ repo: plant.repository.url }),
  },
  {
    what: 'a Secret that does not exist',
    spoil: () => useSecret('absent'),
    says: [tokenField, 'Secret absent', 'kubectl create secret generic absent'],
    mend: () => useSecret('git-token'),
  },
  {
    what: 'a token that the git server refuses',
    spoil: async () => {
      await patch('secrets', 'git-token', { stringData: { token: wrongToken } });
      await askNow();
    },
    says: [tokenField, 'key token of Secret git-token'],
    mend: async () => {
      await patch('secrets', 'git-token', { stringData: { token: plant.repository.token } });
      await askNow();
    },
  },
];

test.each(badAccess)(
  '$what: said in a condition and an event with object and field, and over when it is put right',
  async ({ spoil, says, mend }) => {
    await spoil();
    const message = await eventually('the ref is not resolved', async () => {
      const condition = await conditionOf(namespace, 'RefResolved');
      expect(condition).toMatchObject({ status: 'False' });
      expectAll(condition?.message, says);
      const event = (await eventsAbout(stokerName)).find((note) => note.includes(says.at(-1) ?? ''));
      expectAll(event, says);
      return condition?.message;
    });
    expect(message).not.toContain(wrongToken);
    await expectNoHarm();
    await mend();
    await eventually(
      'it is resolved again',
      async () => expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({ status: 'True' }),
      120_000,
    );
    await expectAllWell();
  },
  300_000,
);

interface BadProfile {
  readonly what: string;
  /** What the status must name: object, field and what was found. */
  readonly found: readonly string[];
  readonly change: (spec: ProfileSpec) => Partial<ProfileSpec>;
}

interface ProfileSpec {
  readonly mappings: readonly { readonly source: string }[];
  readonly vars: Readonly<Record<string, string>>;
}

const badProfiles: readonly BadProfile[] = [
  {
    what: 'a variable that it lacks',
    found: ['SyncProfile area-north, spec.mappings[3].source', 'Vars.area'],
    change: () => ({ vars: { zone: 'north' } }),
  },
  {
    what: 'a path that is longer than 4,096 characters once its variables are put in',
    found: ['SyncProfile area-north, spec.mappings[7].destination', '4096'],
    change: ({ mappings, vars }) => ({
      mappings: [...mappings, { source: 'README.md', destination: `${'{{.Vars.long}}/'.repeat(5)}a.md`, type: 'file' }],
      vars: { ...vars, long: 'folder/'.repeat(140) },
    }),
  },
  {
    what: 'a name of more than 255 bytes once its variables are put in',
    found: ['SyncProfile area-north, spec.mappings[7].destination', '255'],
    change: ({ mappings, vars }) => ({
      mappings: [...mappings, { source: 'README.md', destination: '{{.Vars.long}}.md', type: 'file' }],
      vars: { ...vars, long: 'ä'.repeat(130) },
    }),
  },
  {
    what: 'a source that git does not have',
    found: ['SyncProfile area-north, spec.mappings[0].source', 'projects/plant-bsae', 'looked at commit'],
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
      const spoilt = gateways.find((gateway) => gateway.name === name);
      expect(spoilt).toMatchObject({ phase: 'Failed' });
      expectAll(spoilt?.error?.message, found);
      expect(gateways.filter(({ phase }) => phase === 'Synced')).toHaveLength(2);
      expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({
        status: 'False',
        message: expect.stringContaining(name),
      });
    });
    await expectNoHarm();
    await replaceSpec(name, spec);
    await expectAllWell();
  },
  240_000,
);

function replaceSpec(name: string, spec: ProfileSpec): Promise<string> {
  const change = JSON.stringify([{ op: 'replace', path: '/spec', value: spec }]);
  return kubectl(['-n', namespace, 'patch', 'syncprofiles', name, '--type=json', '-p', change]);
}

test('a pod whose annotation names no profile: said with pod, annotation and what there is', async () => {
  const annotate = (profile: string) =>
    kubectl(['-n', namespace, 'annotate', 'pod', 'area-north-0', '--overwrite', `stoker.io/sync-profile=${profile}`]);
  await annotate('nowhere');
  await eventually('the Stoker says so', async () => {
    const condition = await conditionOf(namespace, 'Ready');
    expect(condition).toMatchObject({ status: 'False' });
    expectAll(condition?.message, ['area-north', 'SyncProfile nowhere', 'stoker.io/sync-profile']);
  });
  await expectNoHarm();
  await annotate('area-north');
  await expectAllWell();
}, 240_000);

test('a pod that asks for the agent in a word that nobody knows: said with pod, annotation and what to write', async () => {
  const annotations = { 'stoker.io/inject': 'True' };
  const misspelt = gatewayManifests({ name: 'misspelt', profile: 'site', annotations }, namespace);
  await applyObjects(misspelt);
  await eventually('the Stoker says so', async () => {
    const condition = await conditionOf(namespace, 'SidecarInjected');
    expect(condition).toMatchObject({ status: 'False' });
    expectAll(condition?.message, ['misspelt-0', 'stoker.io/inject is "True"', 'write "true"']);
  });
  await expectNoHarm();
  await kubectl(['-n', namespace, 'delete', 'statefulset,service', 'misspelt']);
  await eventually('it is gone', async () =>
    expect(await conditionOf(namespace, 'SidecarInjected')).toMatchObject({ status: 'True' }),
  );
  await expectAllWell();
}, 240_000);

test('a push event that cannot be read: said in the answer, and in an event where it names a Stoker', async () => {
  const path = `/webhook/${namespace}/${stokerName}`;
  const { status, text } = await deliverAsGitHub('{"ref": 5', { path });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: expect.any(String), message: expect.stringMatching(/JSON/) });
  await eventually('the Stoker has an event about it', async () =>
    expect(await eventsAbout(stokerName)).toContainEqual(expect.stringMatching(/push event of .* cannot be read/)),
  );
  expect(await deliverAsGitHub('{}', { path, secret: 'another' })).toMatchObject({ status: 401 });
  await expectNoHarm();
  await expectAllWell();
}, 120_000);

const site = { source: 'projects/plant-base', destination: 'projects/plant-base' };

test.each<[string, string, string, object, readonly string[]]>([
  [
    'a Stoker with a local path',
    'stokers',
    stokerName,
    { git: { repo: 'file:///etc' } },
    ['spec.git.repo', 'https://'],
  ],
  [
    'a profile whose source climbs',
    'syncprofiles',
    'site',
    { mappings: [{ ...site, source: '../etc' }] },
    ['spec.mappings[0].source', '".."'],
  ],
  [
    'a profile whose destination is absolute',
    'syncprofiles',
    'site',
    { mappings: [site, { ...site, destination: '/etc' }] },
    ['spec.mappings[1].destination', 'paths are relative'],
  ],
  [
    'a profile with a template that calls a function',
    'syncprofiles',
    'site',
    { mappings: [{ ...site, source: '{{ env "HOME" }}' }] },
    ['spec.mappings[0].source', '{{.GatewayName}}'],
  ],
])('%s is refused by kubectl with the field and the fix', async (_, kind, name, spec, says) => {
  const error: unknown = await patch(kind, name, { spec }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expectAll(String(error), says);
  await expectAllWell();
});
