// A repository that only installation tokens of a GitHub App open, on servers of ours: the one for the App checks its JSON web
// token, the one for git takes nothing but the latest token.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  createCertificate,
  createRepository,
  type GitHubApi,
  type GitServer,
  startGitHubApi,
  startGitServer,
  type TestRepository,
} from '@stoker/gitref/testing';
import { hostAddress } from '../src/cluster/addresses.ts';
import { releaseName, releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { conditionFindings } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { everythingSaid } from '../src/plant/everythingSaid.ts';
import { leaksIn } from '../src/plant/leaksIn.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { stokerName } from '../src/plant/installPlant.ts';
import { conditionOf } from '../src/plant/observe.ts';
import { applyObjects, createNamespace } from '../src/plant/resources.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';

jest.setTimeout(240_000);

const namespace = 'e2e-github-app';
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const file = 'projects/plant/project.json';
let folder: string;
let repository: TestRepository;
let git: GitServer;
let api: GitHubApi;
let removeNamespace: (() => Promise<void>) | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-github-'));
  repository = await createRepository(folder, 'acme/plant');
  await repository.commit({ [file]: '{"title":"first"}' });
  const tls = await createCertificate([hostAddress]);
  git = await startGitServer(folder, { host: hostAddress, tls, credentials: { token: 'none was minted yet' } });
  api = await startGitHubApi({
    host: hostAddress,
    tls,
    appId: 42,
    appKey: privateKey,
    installations: { 7: { account: 'acme', repositories: ['plant'] } },
    onToken: ({ token }) => git.requireCredentials({ username: 'x-access-token', token }),
  });
  removeNamespace = await createNamespace(namespace);
  await applyObjects([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'github-app', namespace },
      stringData: { 'private-key.pem': privateKey, 'ca.crt': tls.certificate },
    },
    stoker(),
    {
      apiVersion: 'stoker.io/v1alpha1',
      kind: 'SyncProfile',
      metadata: { name: 'plain', namespace },
      spec: { mappings: [{ source: 'projects', destination: 'projects' }] },
    },
    ...gatewayManifests({ name: 'site', profile: 'plain' }, namespace),
  ]);
});

afterAll(async () => {
  const findings = removeNamespace === undefined ? [] : await conditionFindings(namespace);
  await removeNamespace?.();
  await api?.close();
  await git?.close();
  rmSync(folder, { recursive: true, force: true });
  if (findings.length > 0) throw new Error(`conditions break the rules of kstatus:\n${findings.join('\n')}`);
});

function stoker(): object {
  const privateKeySecretRef = { name: 'github-app', key: 'private-key.pem' };
  const githubApp = { appId: 42, installationId: 7, privateKeySecretRef, apiBaseURL: api.url };
  const caBundleSecretRef = { name: 'github-app', key: 'ca.crt' };
  const repo = git.url('acme/plant.git');
  return {
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name: stokerName, namespace },
    spec: { git: { repo, ref: 'main', auth: { githubApp }, caBundleSecretRef }, polling: { enabled: false } },
  };
}

async function changeTitle(title: string): Promise<void> {
  await repository.commit({ [file]: JSON.stringify({ title }) });
  const note = `stoker.io/sync-now=${Date.now()}`;
  await kubectl(['-n', namespace, 'annotate', 'stokers', stokerName, note, '--overwrite']);
}

function expectTitle(title: string): Promise<void> {
  const expectFile = async () => expect(await readGatewayFile(namespace, 'site-0', file)).toContain(title);
  // The kubelet takes up to a minute and a half to bring another token into the pod.
  return eventually(`the gateway has ${title}`, expectFile, 150_000);
}

test('a gateway syncs with a token for the one repository; its pod never has the key', async () => {
  await expectTitle('first');
  expect(api.tokens[0]).toMatchObject({ repository: 'acme/plant', permissions: { contents: 'read' } });
  const list = ['-n', namespace, 'exec', 'site-0', '-c', 'stoker-agent', '--', 'ls', '/etc/stoker/credentials'];
  expect((await kubectl(list)).trim().split(/\s+/).toSorted()).toEqual(['ca.crt', 'token', 'username']);
});

test('while GitHub mints nothing, the token that is still good brings the next commit', async () => {
  api.behave({ kind: 'status', status: 503 });
  const minted = api.tokens.length;
  await changeTitle('second');
  await expectTitle('second');
  expect(api.tokens).toHaveLength(minted);
});

test('a controller that starts meanwhile says what is wrong, and gateways keep what they have', async () => {
  await kubectl(['-n', releaseNamespace, 'rollout', 'restart', `deploy/${releaseName}-controller`]);
  await kubectl(['-n', releaseNamespace, 'rollout', 'status', `deploy/${releaseName}-controller`, '--timeout=120s']);
  await eventually('it is said', async () =>
    expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({
      status: 'False',
      reason: 'GitServerError',
      message: expect.stringContaining('HTTP status 503'),
    }),
  );
  expect(await readGatewayFile(namespace, 'site-0', file)).toContain('second');
});

test('with GitHub back another token is minted, and reaches the agent without a restart', async () => {
  api.behave({ kind: 'normal' });
  await eventually('the CR is ready', async () =>
    expect(await conditionOf(namespace, 'Ready')).toMatchObject({ status: 'True' }),
  );
  expect(api.tokens.length).toBeGreaterThan(1);
  await changeTitle('third');
  await expectTitle('third');
  await eventually('all is well', async () =>
    expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({ status: 'True' }),
  );
});

test('neither key nor token is said anywhere', async () => {
  const said = await everythingSaid([namespace, releaseNamespace]);
  expect([...said.values()].join('\n')).toContain('GitServerError');
  const tokens = api.tokens.map(({ token }, index) => [`token ${index}`, token] as const);
  expect(leaksIn(said, { privateKey, ...Object.fromEntries(tokens) })).toEqual([]);
});
