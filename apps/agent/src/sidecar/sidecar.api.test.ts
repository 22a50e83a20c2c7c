import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { changesName, metadataName, statusName } from '@stoker/crd-types';
import { roleBindings, roles, serviceAccounts } from '@stoker/kube';
import { eventually, readFolder } from '../testing/folder.ts';
import { podUID, wholeFolder } from './testing/fixtures.ts';
import { createPlant, token, type Plant } from './testing/plant.ts';

let plant: Plant;
beforeEach(async () => {
  plant = await createPlant();
});
afterEach(() => plant.close());

describe('the sidecar', () => {
  test('fills the folder, lets the gateway start, reports, and follows each release', async () => {
    const { pod, repository, kubeconfig, metadata, synced } = plant;
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

    expect((await agent.metrics()).split('\n')).toEqual(
      expect.arrayContaining([
        'stoker_agent_syncs_total{outcome="synced"} 2',
        'stoker_agent_changed_files_total{kind="added"} 2',
        'stoker_agent_changed_files_total{kind="modified"} 1',
        'stoker_agent_changed_files_total{kind="deleted"} 1',
        'stoker_agent_written_bytes_total 10',
        expect.stringMatching(/^stoker_agent_fetched_bytes_total [1-9]/),
        expect.stringMatching(/^stoker_agent_sync_phase_seconds_total\{phase="fetch"\} /),
        'stoker_agent_failing 0',
      ]),
    );
    agent.process.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(JSON.stringify([agent.log(), agent.records()])).not.toContain(token);
    const author = { name: 'Stoker Test', email: 'test@example.test' };
    const sync = { app: 'agent', action: 'sync', outcome: 'Synced', trigger: { kind: 'release' }, paths: 2 };
    expect(agent.records()).toMatchObject([
      { ...sync, author, commit: first, release: metadata(first).release?.id, ref: 'main' },
      { ...sync, commit: second, object: { stoker: metadata(first).crName, gateway: metadata(first).gatewayName } },
    ]);
  }, 60_000);

  test('renders labels and variables of its pod into the paths', async () => {
    const { pod, repository, kubeconfig, metadata, synced } = plant;
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
    const { pod, repository, server, kubeconfig, metadata, synced } = plant;
    await pod.createReports();
    const commit = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(commit));
    const first = pod.start(kubeconfig);
    await synced(commit);
    const marker = join(pod.volumes, 'run/started.json');
    await eventually('it is on record that the gateway may start', () => existsSync(marker));
    first.process.kill('SIGKILL');
    await first.ended;
    server.behave({ kind: 'hang' });
    await pod.publish(metadata('2'.repeat(40)));
    const second = pod.start(kubeconfig);
    await eventually('the gateway may go on', async () => (await second.health('/startupz')) === 200);
    expect(await second.health('/livez')).toBe(200);
    expect(readFolder(pod.data)).toEqual({ 'a.txt': '1' });
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  }, 60_000);

  test('says what is wrong and what would help, and comes back when the credentials are put right', async () => {
    const { pod, repository, kubeconfig, metadata } = plant;
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
    const { pod, repository, kubeconfig, metadata } = plant;
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
    const { pod, repository, kubeconfig, metadata, synced } = plant;
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
    const { pod, repository, kubeconfig, metadata, synced } = plant;
    await pod.createReports();
    const first = await repository.commit({ 'a.txt': '1' });
    await pod.publish({ ...metadata(first), podUID: 'pod-2' });
    const agent = pod.start(kubeconfig);
    await eventually('it has read the document', () => agent.log().some(({ msg }) => msg === 'metadata document read'));
    expect([await pod.status(), readFolder(pod.data)]).toEqual([undefined, {}]);
    await pod.publish(metadata(first));
    await synced(first);
  }, 60_000);

  test('keeps the folder while the API server forbids everything, and needs no more than its own documents', async () => {
    const { client, namespace, crName, pod, repository, kubeconfig, metadata, synced } = plant;
    await pod.createReports();
    const first = await repository.commit({ 'a.txt': '1' });
    await pod.publish(metadata(first));
    const admin = pod.start(kubeconfig);
    await synced(first);
    admin.process.kill('SIGTERM');
    await admin.ended;

    const agent = pod.start(await kubeconfigOf(plant, 'gateway'));
    const refused = () => agent.log().some(({ msg }) => msg.startsWith('metadata document not read'));
    await eventually('it was refused', refused);
    expect(await agent.metrics()).toMatch(/^stoker_agent_document_errors_total\{reason="Forbidden"\} [1-9]/m);
    expect([await agent.health('/startupz'), await agent.health('/livez')]).toEqual([200, 200]);
    expect(readFolder(pod.data)).toEqual({ 'a.txt': '1' });

    const own = (verbs: string[], names: string[]) => ({
      apiGroups: [''],
      resources: ['configmaps'],
      verbs,
      resourceNames: names,
    });
    const named = { namespace, name: 'gateway' };
    const reports = [statusName(crName, 'north'), changesName(crName, 'north')];
    const documents = [metadataName(crName, 'north')];
    const rules = [own(['get', 'list', 'watch'], documents), own(['get', 'patch'], reports)];
    await client.create(roles, { metadata: named, rules });
    await client.create(roleBindings, {
      metadata: named,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'gateway' },
      subjects: [{ kind: 'ServiceAccount', ...named }],
    });
    const second = await repository.commit({ 'a.txt': '2' });
    await pod.publish(metadata(second));
    await eventually('it follows', async () => (await pod.status())?.commit === second, { withinMs: 30_000 });
  }, 60_000);
});

/** Logs in as a service account that has no rights yet. */
async function kubeconfigOf({ client, namespace, kubeconfig, pod }: Plant, name: string): Promise<string> {
  await client.create(serviceAccounts, { metadata: { namespace, name } });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = (await client.raw('POST', path, request)) as { status: { token: string } };
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { users: { user: object }[] };
  const file = join(pod.volumes, 'kubeconfig');
  const users = config.users.map((user) => ({ ...user, user: { token: status.token } }));
  writeFileSync(file, JSON.stringify({ ...config, users }));
  return file;
}
