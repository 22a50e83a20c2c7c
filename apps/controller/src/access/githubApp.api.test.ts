// A GitHub App on a server of ours that checks its JSON web token, before a git server that takes the minted tokens alone.
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { agentSecretName } from '@stoker/crd-types';
import {
  createCertificate,
  createRepository,
  type GitHubApi,
  type GitServer,
  startGitHubApi,
  startGitServer,
  type TestCertificate,
  type TestRepository,
} from '@stoker/gitref/testing';
import { configMaps, secrets } from '@stoker/kube';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyProfile, createGatewayPod, eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const lifetimeMs = 8000;

let tls: TestCertificate;
let folder: string;
let repository: TestRepository;
let git: GitServer;
let api: GitHubApi;

beforeAll(async () => {
  tls = await createCertificate();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stoker-github-'));
  repository = await createRepository(folder, 'acme/plant');
  git = await startGitServer(folder, { tls, credentials: { token: 'no token was minted yet' } });
  api = await startGitHubApi({
    tls,
    appId: 42,
    appKey: privateKey,
    installations: { 7: { account: 'acme', repositories: ['plant'] } },
    lifetimeMs,
    onToken: ({ token }) => git.requireCredentials({ username: 'x-access-token', token }),
  });
});

afterEach(async () => {
  await api.close();
  await git.close();
  await rm(folder, { recursive: true, force: true });
});

function appAuth(changes: object = {}): object {
  const privateKeySecretRef = { name: 'github-app', key: 'private-key.pem' };
  return { githubApp: { appId: 42, installationId: 7, privateKeySecretRef, apiBaseURL: api.url, ...changes } };
}

async function changeAuth(plant: Plant, auth: object): Promise<void> {
  const repo = git.url('acme/plant.git');
  const caBundleSecretRef = { name: 'github-app', key: 'ca.crt' };
  await changeStoker(plant, { git: { repo, ref: 'main', auth, caBundleSecretRef } });
}

/** A gateway whose repository is read with the App. */
async function install(plant: Plant, auth: object = appAuth()): Promise<string> {
  const { client, namespace } = plant;
  const commit = await repository.commit({ 'projects/site/project.json': '{}' });
  await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'github-app', namespace },
    data: encoded({ 'private-key.pem': privateKey, 'ca.crt': tls.certificate }),
  });
  await applyProfile(client, namespace, 'site', { mappings: [{ source: '.', destination: '.' }] });
  await changeAuth(plant, auth);
  await createGatewayPod(client, namespace, { name: 'site-0', cr: 'plant' });
  return commit;
}

function encoded(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
}

async function agentSecret({ client, namespace }: Plant): Promise<object | undefined> {
  return (await client.find(secrets, { namespace, name: agentSecretName('plant') }))?.data;
}

function expectAgentsHave(plant: Plant, token: () => string | undefined): Promise<void> {
  return eventually('agents have the token', async () => {
    const value = token();
    if (value === undefined) throw new Error('no token');
    expect(await agentSecret(plant)).toEqual(
      encoded({ token: value, username: 'x-access-token', 'ca.crt': tls.certificate }),
    );
  });
}

test('a gateway is given a token for the one repository, again at half its life, and never the key', async () => {
  const plant = thePlant();
  const commit = await install(plant);
  await expectRelease(plant, 'site-0', commit);
  await expectAgentsHave(plant, () => api.tokens.at(-1)?.token);
  expect(api.tokens[0]).toMatchObject({ repository: 'acme/plant', permissions: { contents: 'read' } });
  expect((await plant.metadata('plant', 'site-0')).repository.authKind).toBe('token');
  await expectCondition(plant, 'RefResolved', { status: 'True' });

  const next = await repository.commit({ 'projects/site/view.json': '{}' });
  await eventually('it is minted again', () => expect(api.tokens.length).toBeGreaterThan(2));
  await expectAgentsHave(plant, () => api.tokens.at(-1)?.token);
  // The first question with the new token: the CR polls nobody.
  await expectRelease(plant, 'site-0', next);

  const documents = await plant.client.list(configMaps, { namespace: plant.namespace });
  const said = plant.log() + plant.events.join('\n') + JSON.stringify([await plant.stoker('plant'), documents.items]);
  for (const { token } of api.tokens) expect(said).not.toContain(token);
  for (const line of privateKey.split('\n').filter((text) => text.length > 20)) expect(said).not.toContain(line);
});

test('while GitHub is away nothing is taken from anybody, also over a restart, and it goes on by itself', async () => {
  const plant = thePlant();
  const commit = await install(plant);
  await expectRelease(plant, 'site-0', commit);
  await expectAgentsHave(plant, () => api.tokens.at(-1)?.token);

  api.behave({ kind: 'status', status: 503 });
  await plant.stop();
  const before = await agentSecret(plant);
  await plant.start();
  const message = expect.stringContaining('answered with HTTP status 503');
  await expectCondition(plant, 'RefResolved', { status: 'False', reason: 'GitServerError', message });
  expect(await agentSecret(plant)).toEqual(before);
  expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(commit);

  api.behave({ kind: 'normal' });
  await expectCondition(plant, 'RefResolved', { status: 'True' });
  await expectAgentsHave(plant, () => api.tokens.at(-1)?.token);
});

test.each<[string, () => object, string, string]>([
  ['of another App', () => appAuth({ appId: 43 }), 'AuthenticationFailed', 'refuses the private key of GitHub App 43'],
  [
    'in no Secret',
    () => appAuth({ privateKeySecretRef: { name: 'none', key: 'k' } }),
    'SecretNotFound',
    'privateKeySecretRef',
  ],
  [
    'that is a certificate',
    () => appAuth({ privateKeySecretRef: { name: 'github-app', key: 'ca.crt' } }),
    'AuthenticationFailed',
    'private key of the GitHub App cannot be read',
  ],
])('with a key %s nobody is given anything, and the condition tells the fix', async (_what, auth, reason, says) => {
  const plant = thePlant();
  await install(plant, auth());
  await expectCondition(plant, 'RefResolved', { status: 'False', reason, message: expect.stringContaining(says) });
  expect(await agentSecret(plant)).not.toHaveProperty('token');
  expect(git.requests).toEqual([]);
});

test('a Stoker goes over from a token of its own to the App, and back', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'own', namespace },
    data: encoded({ token: 'a token of its own' }),
  });
  const own = { token: { secretRef: { name: 'own', key: 'token' }, username: 'me' } };
  git.requireCredentials({ username: 'me', token: 'a token of its own' });
  const commit = await install(plant, own);
  await expectRelease(plant, 'site-0', commit);

  await changeAuth(plant, appAuth());
  await expectAgentsHave(plant, () => api.tokens.at(-1)?.token);
  await expectCondition(plant, 'RefResolved', { status: 'True' });

  // A token that is minted is what git takes from then on: from here on there is none.
  api.behave({ kind: 'status', status: 503 });
  git.requireCredentials({ username: 'me', token: 'a token of its own' });
  await changeAuth(plant, own);
  await eventually('agents have the token of its own again', async () => {
    expect(await agentSecret(plant)).toMatchObject(encoded({ token: 'a token of its own', username: 'me' }));
  });
  await expectCondition(plant, 'RefResolved', { status: 'True' });
});
