import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changesName, documentKeys, metadataName, statusName, stokers } from '@stoker/crd-types';
import { events, type KubeClient } from '@stoker/kube';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocument, createPod, createStoker, kubeconfigOf, openNamespace, type Rule } from './testing/cluster.ts';
import { condition, gateway, newCommit, oldCommit, report, since } from './testing/facts.ts';
import { runHere } from './testing/runHere.ts';

let client: KubeClient;
let namespace: string;
let folder: string;

const held = { gate: 'paused', reason: 'Paused', message: 'spec.paused of Stoker plant is true', since };
const error = { reason: 'StorageFull', message: 'the disk is full', since };

beforeAll(async () => {
  ({ client, namespace } = await openNamespace());
  folder = mkdtempSync(join(tmpdir(), 'kubectl-stoker-'));
  const podUID = await createPod(client, namespace, 'south-0');
  await createStoker(client, namespace, 'plant', {
    ref: 'main',
    commit: newCommit,
    gatewayCount: 4,
    syncedGateways: 2,
    conditions: [condition('Ready', 'False', 'GatewayFailed', 'south: the disk is full')],
    discoveredGateways: [
      gateway({ name: 'north', pod: 'north-0', commit: oldCommit, held }),
      gateway({ name: 'south', pod: 'south-0', podUID, commit: oldCommit, phase: 'Failed', error }),
      gateway({ name: 'site', pod: 'site-0' }),
    ],
  });
  const failing = { ...error, attempt: 3, hint: 'free 3 GiB' };
  const status = report({ podUID, phase: 'Failed', commit: oldCommit, error: failing });
  await createDocument(client, namespace, statusName('plant', 'south'), {
    [documentKeys.status]: JSON.stringify(status),
  });
  await createDocument(client, namespace, metadataName('plant', 'unlisted'), {});
  await createDocument(client, namespace, statusName('plant', 'unlisted'), {
    [documentKeys.status]: JSON.stringify(report({ podName: 'unlisted-0' })),
  });
  await createDocument(client, namespace, metadataName('plant', 'silent'), {});
  const change = { path: 'projects/a.json', kind: 'added', after: '1' };
  const changes = { schema: 1, podUID, commit: oldCommit, releaseId: 'r', at: since, changes: [change], omitted: 0 };
  await createDocument(client, namespace, changesName('plant', 'south'), {
    [documentKeys.changes]: JSON.stringify(changes),
  });
  await createDocument(client, namespace, changesName('plant', 'north'), {});
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As the admin of the API server, unless a kubeconfig says otherwise. */
const run = (...argv: string[]) => runHere([...argv, '--namespace', namespace]);

describe('get', () => {
  test('is a tree of the Stokers of the namespace', async () => {
    expect(await run('get')).toEqual({
      code: 0,
      stderr: '',
      stdout: `plant  main bbbbbbbb  2/4 synced  not ready: GatewayFailed: south: the disk is full
├─ north  Held    aaaaaaaa  Paused: spec.paused of Stoker plant is true
├─ south  Failed  aaaaaaaa  StorageFull: the disk is full
├─ site   Synced  bbbbbbbb
└─ 1 more that are synced
`,
    });
  });

  test('of all namespaces names each', async () => {
    const { stdout } = await runHere(['get', '--all-namespaces']);
    expect(stdout).toContain(`${namespace}/plant  main`);
  });

  test('in a namespace that has none says how to find one elsewhere', async () => {
    expect(await runHere(['get', '--namespace', `${namespace}-not`])).toEqual({
      code: 0,
      stderr: '',
      stdout: `no Stoker in namespace ${namespace}-not; --all-namespaces looks everywhere\n`,
    });
    const { code, stderr } = await runHere(['sync', '--namespace', `${namespace}-not`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no Stoker\n  choose another namespace .*--all-namespaces/);
  });

  test('of one that is nowhere says so of the cluster', async () => {
    const { code, stderr } = await runHere(['get', 'telephone-exchange', '--all-namespaces']);
    expect(code).toBe(1);
    expect(stderr).toContain('this cluster has no Stoker "telephone-exchange"\n  there are ');
  });

  test.each(['json', 'yaml'])('is one document as %s', async (format) => {
    const { code, stdout } = await run('get', 'plant', '-o', format);
    expect(code).toBe(0);
    const names = /"?name"?: "?(\w+)"?/g;
    expect([...stdout.matchAll(names)].map(([, name]) => name)).toEqual(['plant', 'north', 'south', 'site']);
  });
});

describe('explain', () => {
  test('names the gate that holds a gateway, and ends with 1', async () => {
    const { code, stdout } = await run('explain', 'north');
    expect(code).toBe(1);
    expect(stdout).toContain('1. gate paused: Paused since');
    expect(stdout).toContain('what to do: kubectl stoker resume');
  });

  test('has the words of the agent that fails', async () => {
    const { code, stdout } = await run('explain', 'south', '--output', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      isSynced: false,
      findings: [{ where: 'agent', reason: 'StorageFull', hint: 'free 3 GiB' }],
      hidden: [],
    });
  });

  test('has nothing to say of a gateway on its commit, and ends with 0', async () => {
    const { code, stdout } = await run('explain', 'plant/site');
    expect(code).toBe(0);
    expect(stdout).toContain('It runs the commit it should.');
  });

  test('finds a gateway that its Stoker does not list', async () => {
    const { stdout } = await run('explain', 'unlisted');
    expect(stdout).toContain('gateway unlisted of Stoker plant');
  });

  test('answers a name that is not there with the one that was meant', async () => {
    const { code, stderr } = await run('explain', 'nroth');
    expect(code).toBe(1);
    expect(stderr).toContain(`namespace ${namespace} has no gateway "nroth"`);
    expect(stderr).toContain('did you mean "north"?');
  });

  test('answers the name of a Stoker that is not there with those that are', async () => {
    const { code, stderr } = await run('explain', 'pod/north');
    expect(code).toBe(1);
    expect(stderr).toBe(`kubectl stoker: namespace ${namespace} has no Stoker "pod"\n  there are plant\n`);
  });
});

describe('diff', () => {
  test('lists what the last sync changed', async () => {
    expect((await run('diff', 'south')).stdout).toContain('+ projects/a.json');
  });

  test.each(['north', 'site'])('says that %s has not told of a sync', async (name) => {
    const { code, stderr } = await run('diff', name);
    expect(code).toBe(1);
    expect(stderr).toContain(`gateway ${name} has not told of a sync yet`);
  });
});

test('pause and resume set spec.paused, and say when it was so already', async () => {
  const isPaused = async () => (await client.get(stokers, { namespace, name: 'plant' })).spec.paused;
  expect((await run('pause')).stdout).toContain('Stoker plant is paused');
  expect(await isPaused()).toBe(true);
  expect((await run('pause', 'plant')).stdout).toContain('is already paused');
  expect(JSON.parse((await run('resume', '-ojson')).stdout)).toMatchObject({ paused: false, changed: true });
  expect(await isPaused()).toBe(false);
});

test('sync sets another value of the annotation each time', async () => {
  const value = async () =>
    (await client.get(stokers, { namespace, name: 'plant' })).metadata.annotations?.['stoker.io/sync-now'];
  expect((await run('sync')).code).toBe(0);
  const first = await value();
  expect(first).toBeDefined();
  await run('sync', 'plant');
  expect(await value()).not.toBe(first);
});

test('events are those of the Stoker', async () => {
  await client.create(events, {
    metadata: { namespace, name: 'plant.1' },
    eventTime: '2026-05-04T10:00:00.000000Z',
    type: 'Warning',
    reason: 'GatewayFailed',
    action: 'Summarise',
    note: 'south: the disk is full',
    reportingController: 'stoker.io/controller',
    reportingInstance: 'controller-a',
    regarding: { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', namespace, name: 'plant' },
  });
  const { stdout } = await run('events');
  expect(stdout).toBe('2026-05-04T10:00:00Z  Warning  GatewayFailed  Stoker/plant  south: the disk is full\n');
});

test('logs of a pod that runs nowhere are an error in the words of the API server', async () => {
  const { code, stderr } = await run('logs', 'south');
  expect(code).toBe(1);
  expect(stderr).toContain('south-0');
});

test('logs of a gateway that its Stoker does not list are those of the pod that its agent reports from', async () => {
  const { code, stderr } = await run('logs', 'unlisted');
  expect(code).toBe(1);
  expect(stderr).toContain('pods "unlisted-0" not found');
});

test('logs of one whose agent has not reported either say how to get them', async () => {
  const { code, stderr } = await run('logs', 'silent');
  expect(code).toBe(1);
  expect(stderr).toContain(`kubectl logs POD --container stoker-agent -n ${namespace}`);
});

test('check says that nothing is installed on this server, and ends with 1', async () => {
  const { code, stdout } = await run('check', '-ojson');
  expect(code).toBe(1);
  const outcomes = JSON.parse(stdout).checks.map((check: { what: string; outcome: string }) => check.outcome);
  expect(outcomes).toEqual(['ok', 'ok', ...Array(4).fill('failed'), ...Array(6).fill('ok')]);
});

describe('a user without rights', () => {
  const asUser = async (name: string, rules: readonly Rule[], ...argv: string[]) => {
    const kubeconfig = await kubeconfigOf(client, { namespace, name, rules, folder });
    return run(...argv, '--kubeconfig', kubeconfig);
  };

  test('gets a sentence about what is not allowed, and what to do', async () => {
    const { code, stdout, stderr } = await asUser('nobody', [], 'get');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/cannot list resource "stokers".*\n  ask for that right/);
  });

  const reader: Rule = { apiGroups: ['stoker.io'], resources: ['stokers'], verbs: ['list'] };

  test('who may list Stokers gets an explanation that says what it could not look at', async () => {
    const { code, stdout } = await asUser('reader', [reader], 'explain', 'south');
    expect(code).toBe(1);
    expect(stdout).toContain('1. agent: StorageFull');
    expect(stdout).toContain(`You may not read ConfigMap ${statusName('plant', 'south')} and Pod south-0`);
  });

  test('who may read documents may ask for a gateway that is not listed', async () => {
    const documents: Rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] };
    const { stdout, stderr } = await asUser('documents', [reader, documents], 'explain', 'unlisted');
    expect(stderr).toBe('');
    expect(stdout).toContain('gateway unlisted of Stoker plant');
  });

  test('is told by check what is unknown and which rights are missing', async () => {
    const { stdout } = await asUser('looker', [reader], 'check');
    expect(stdout.match(/^\w+/gm)).toEqual(['ok', ...Array(5).fill('unknown'), 'ok', ...Array(5).fill('missing')]);
  });
});
