import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { releaseId, type MetadataDocument, type ResolvedProfile } from '@stoker/crd-types';
import { createRepository, startGitServer, type GitServer, type TestRepository } from '@stoker/gitref/testing';
import { loadKubeConfig, namespaces, openClient, type KubeClient } from '@stoker/kube';
import { eventually, readFolder } from '../testing/folder.ts';
import { release, wholeFolder } from './testing/fixtures.ts';
import { createPod, type PodOnApiServer } from './testing/podOnApiServer.ts';

const kubeconfig = process.env['KUBECONFIG'] ?? '';
const namespace = `agent-${process.pid}`;
const token = 'glpat-never-in-a-log';
const gatewayName = 'north';
const podUID = 'pod-1';

let client: KubeClient;
let root: string;
let repository: TestRepository;
let server: GitServer;
let pod: PodOnApiServer;
let crName = '';

beforeAll(async () => {
  client = openClient(loadKubeConfig({ kubeconfig }), { userAgent: 'test' });
  await client.create(namespaces, { metadata: { name: namespace } });
});

beforeEach(async () => {
  crName = `plant-${Math.random().toString(36).slice(2, 8)}`;
  root = mkdtempSync(join(tmpdir(), 'stoker-git-'));
  repository = await createRepository(root, 'plant');
  server = await startGitServer(root, { credentials: { token } });
  pod = createPod({ client, namespace, crName, gatewayName, podUID });
  writeFileSync(join(pod.volumes, 'credentials/token'), token);
});

afterEach(async () => {
  await pod.close();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

afterAll(async () => {
  await client.delete(namespaces, { namespace: '', name: namespace });
});

/** What the controller writes for a commit. */
function metadata(commit: string, over: Partial<ResolvedProfile> = {}): MetadataDocument {
  const { profile, ...rest } = release({ commit, profile: over });
  return {
    schema: 1,
    crName,
    gatewayName,
    podUID,
    repository: { url: server.url('plant.git'), authKind: 'token' },
    gateway: { port: 1, tls: false },
    release: { ...rest, profile, id: releaseId(commit, profile) },
  };
}

const synced = (commit: string) =>
  eventually(`the status says ${commit}`, async () => (await pod.status())?.commit === commit);

describe('the sidecar', () => {
  test('fills the folder, lets the gateway start, reports, and follows each release', async () => {
    await pod.createReports();
    const agent = pod.start(kubeconfig);
    await eventually('the agent listens', async () => (await agent.health('/livez')) === 200);
    expect(await agent.health('/startupz')).toBe(503);

    const first = await repository.commit({ 'projects/a/project.json': '{}', 'projects/b/view.json': '1' });
    await pod.publish(metadata(first));
    await synced(first);
    expect(readFolder(pod.data)).toEqual({ 'projects/a/project.json': '{}', 'projects/b/view.json': '1' });
    expect(await agent.health('/startupz')).toBe(200);
    expect(await pod.status()).toMatchObject({
      podUID,
      phase: 'Synced',
      releaseId: metadata(first).release?.id,
      counts: { added: 2 },
      history: [{ outcome: 'Synced', commit: first, changed: 2 }],
    });

    const second = await repository.commit({ 'projects/a/project.json': '{"v":2}', 'projects/b/view.json': null });
    await pod.publish(metadata(second));
    await synced(second);
    expect(readFolder(pod.data)).toEqual({ 'projects/a/project.json': '{"v":2}' });
    await eventually('the changes are listed', async () => (await pod.changes())?.commit === second);
    expect((await pod.changes())?.changes).toEqual([
      expect.objectContaining({ path: 'projects/a/project.json', kind: 'modified' }),
      expect.objectContaining({ path: 'projects/b/view.json', kind: 'deleted' }),
    ]);

    agent.process.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(JSON.stringify(agent.log())).not.toContain(token);
  }, 60_000);

  test('renders labels and variables of its pod into the paths', async () => {
    await pod.createReports();
    const commit = await repository.commit({ 'sites/north/a.txt': 'a' });
    const mapping = {
      ...wholeFolder,
      source: 'sites/{{.GatewayName}}',
      destination: '{{.Labels.plant}}-{{.PodOrdinal}}',
    };
    await pod.publish(metadata(commit, { mappings: [mapping] }));
    pod.start(kubeconfig);
    await synced(commit);
    expect(readFolder(pod.data)).toEqual({ 'north-0/a.txt': 'a' });
  }, 60_000);

  test('a restarted one lets the gateway through at once, with git away and nothing lost', async () => {
    await pod.createReports();
    const commit = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(commit));
    const first = pod.start(kubeconfig);
    await synced(commit);
    first.process.kill('SIGKILL');
    await first.ended;
    server.behave({ kind: 'hang' });
    await pod.publish(metadata('2'.repeat(40)));
    const second = pod.start(kubeconfig);
    await eventually('the gateway may go on', async () => (await second.health('/startupz')) === 200);
    expect(await second.health('/livez')).toBe(200);
    expect(readFolder(pod.data)).toEqual({ 'a.txt': '1' });
  }, 60_000);

  test('says what is wrong and what would help, and comes back when the credentials are put right', async () => {
    await pod.createReports();
    writeFileSync(join(pod.volumes, 'credentials/token'), 'wrong-token');
    const commit = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(commit));
    pod.start(kubeconfig);
    await eventually('the failure is told', async () => (await pod.status())?.error?.reason === 'AuthenticationFailed');
    const status = await pod.status();
    expect(status).toMatchObject({ phase: 'Failed', error: { attempt: 1, hint: expect.any(String) } });
    expect(status).not.toHaveProperty('commit');
    writeFileSync(join(pod.volumes, 'credentials/token'), token);
    writeFileSync(join(pod.volumes, 'credentials/username'), 'any');
    await eventually('it tries again', async () => (await pod.status())?.commit === commit, { withinMs: 20_000 });
  }, 60_000);

  test('plans a dry run, tells what it would change, and touches nothing', async () => {
    await pod.createReports();
    const commit = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(commit, { dryRun: true }));
    pod.start(kubeconfig);
    await eventually('the plan is there', async () => (await pod.status())?.phase === 'DryRun');
    await eventually('the changes are listed', async () => (await pod.changes())?.changes.length === 1);
    expect(await pod.status()).not.toHaveProperty('releaseId');
    expect(readFolder(pod.data)).toEqual({});
  }, 60_000);

  test('keeps the folder when its document goes, and follows it when it returns', async () => {
    await pod.createReports();
    const first = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(first, { syncPeriod: 5 }));
    const agent = pod.start(kubeconfig);
    await synced(first);
    await pod.withdraw();
    await eventually('the agent is idle', () => agent.log().some(({ msg }) => msg === 'metadata document is gone'));
    expect(readFolder(pod.data)).toEqual({ 'a.txt': '1' });
    const second = await repository.commit({ 'a.txt': '2' });
    await pod.publish(metadata(second));
    await synced(second);
  }, 60_000);

  test('writes nothing once another pod has taken over', async () => {
    await pod.createReports();
    const first = await repository.commit({ 'a.txt': '1' });
    await pod.publish({ ...metadata(first), podUID: 'pod-2' });
    const agent = pod.start(kubeconfig);
    await eventually('it has read the document', () => agent.log().some(({ msg }) => msg === 'metadata document read'));
    expect([await pod.status(), readFolder(pod.data)]).toEqual([undefined, {}]);
    await pod.publish(metadata(first));
    await synced(first);
  }, 60_000);
});
