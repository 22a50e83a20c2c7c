import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseStoker, parseSyncProfile } from '@stoker/crd-types';
import { startGateway, type Fault, type SimulatedGateway } from '@stoker/gateway-sim';
import { deploymentModeMapping, ignitionProtection, openGateway } from '@stoker/ignition';
import { directorySource, sync, type SyncOptions, type SyncReport } from '@stoker/sync-engine';
import { gatewayApiToken } from './gatewayConfig.ts';
import { nextCommit } from './nextCommit.ts';
import { plantGateways, type PlantGateway } from './plantGateways.ts';
import { plantSecrets, stokerResource, syncProfileResources } from './plantResources.ts';
import { siteRepository } from './siteRepository.ts';
import { writeRepository } from './writeRepository.ts';

let folder: string;
let gateway: SimulatedGateway | undefined;
const workTree = () => join(folder, 'repository');
const dataDir = () => join(folder, 'data');

const profiles = syncProfileResources('plant').map(parseSyncProfile);

/** What the agent of this gateway would do. */
function syncTo({ name, profile }: PlantGateway, options?: SyncOptions): Promise<SyncReport> {
  const spec = profiles.find(({ metadata }) => metadata.name === profile)?.spec;
  if (!spec) throw new Error(`no profile ${profile}`);
  return sync(
    {
      source: directorySource(workTree()),
      target: dataDir(),
      mappings: [...spec.mappings, ...(spec.deploymentMode ? [deploymentModeMapping(spec.deploymentMode)] : [])],
      excludePatterns: ['**/.gitkeep'],
      variables: { GatewayName: name, Vars: { ...spec.vars } },
      protection: ignitionProtection,
      driftPolicy: 'restore',
      release: { id: '1', ref: 'main', commit: 'none' },
      holder: 'test',
    },
    options,
  );
}

const allProblems = () => gateway?.scans().flatMap(({ problems }) => problems);

describe('the repository', () => {
  test('is the same each time, and of the size of a real one', () => {
    expect(siteRepository()).toEqual(siteRepository());
    expect(siteRepository().size).toBeGreaterThan(450);
    expect(siteRepository(2)).not.toEqual(siteRepository());
  });

  test('is changed by each commit in another way, and thinned out by the first', () => {
    const [first, second] = [nextCommit(1).changes, nextCommit(2).changes];
    const deleted = [...first.keys()].filter((path) => first.get(path) === null);
    expect(deleted.length).toBe(6);
    expect(deleted.every((path) => siteRepository().has(path))).toBe(true);
    expect([...second.values()]).not.toContain(null);
    expect([...second].every(([path, content]) => first.get(path) !== content)).toBe(true);
  });

  test('comes with resources that the API server would take', () => {
    const options = { name: 'plant', namespace: 'plant', repository: 'https://git.example/site.git', ref: 'main' };
    const { git, gateway: access } = parseStoker(stokerResource(options)).spec;
    const wanted = [git.auth?.token?.secretRef.name, access.apiKeySecretRef?.name];
    const secrets = plantSecrets('plant', 'token') as { readonly metadata: { readonly name: string } }[];
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(wanted);
    expect(profiles.map(({ metadata }) => metadata.name)).toEqual(plantGateways.map(({ profile }) => profile));
  });
});

describe('a gateway', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'site-repository-'));
    await writeRepository(workTree(), siteRepository());
  });
  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(plantGateways)('$name loads what its profile maps, before and after a commit', async (plant) => {
    const first = await syncTo(plant);
    expect(first.counts.added).toBeGreaterThan(250);
    expect(first.overlaid).toBeGreaterThanOrEqual(6);
    gateway = await startGateway({ dataDir: dataDir(), httpPort: 0, signaturePolicy: 'skip' });
    const [, projects] = gateway.scans();
    expect(projects?.projects).toEqual([plant.project, 'plant-base'].sort());
    expect(allProblems()).toEqual([]);

    await writeRepository(workTree(), nextCommit().changes);
    const { counts } = await syncTo(plant);
    expect(counts.deleted).toBe(3);
    expect(counts.added).toBe(2);
    // The view and the tags, and what the first boot has changed: three of the view, two each of the others.
    expect(counts.modified).toBe(7);
    gateway.watch(true);
    while (gateway.scans().filter(({ cause }) => cause === 'watch').length < 2) await gateway.tree();
    expect(allProblems()).toEqual([]);
  });

  test('lets its client lock and scan, with the token of the repository, once the first boot is put right', async () => {
    const [site] = plantGateways;
    if (!site) throw new Error('no gateways');
    await syncTo(site);
    gateway = await startGateway({ dataDir: dataDir(), httpPort: 0, httpsPort: 0 });
    const { httpsUrl = '', certificate } = gateway;
    const client = openGateway({
      baseUrl: httpsUrl,
      apiToken: gatewayApiToken,
      caBundle: certificate,
      timeoutMs: 5000,
    });
    await expect(client.scan('projects')).rejects.toMatchObject({ reason: 'GatewayForbidden' });
    await syncTo(site);
    expect(await client.readiness()).toBe('answers');

    await writeRepository(workTree(), nextCommit().changes);
    const before = await client.scanStatus('projects');
    await syncTo(site, {
      beforeApply: async () => {
        await client.acquireScanLock('projects', { acquireSeconds: 5, holdSeconds: 30 });
        await expect(client.acquireScanLock('projects', { acquireSeconds: 0, holdSeconds: 1 })).rejects.toMatchObject({
          reason: 'ScanLockUnavailable',
        });
      },
    });
    await client.scan('projects');
    await client.awaitScan('projects', before, { timeoutMs: 10_000, pollMs: 2 });
    const last = gateway.scans().at(-1);
    expect(last).toMatchObject({ kind: 'projects', cause: 'request' });
    expect([...(gateway.filesOf(last?.id ?? 0)?.keys() ?? [])]).toContain(
      'projects/plant-base/ignition/script-python/plant/energy/meter1/code.py',
    );
  });

  const faults: readonly [Fault, string][] = [
    ['unauthorized', 'GatewayUnauthorized'],
    ['forbidden', 'GatewayForbidden'],
    ['server-error', 'GatewayError'],
    ['html', 'GatewayError'],
    ['commissioning', 'GatewayCommissioning'],
    ['restarting', 'GatewayRestarting'],
    ['version-8.1', 'NoRestApi'],
    ['hang', 'GatewayTimeout'],
    ['drip', 'GatewayTimeout'],
    ['reset', 'GatewayUnreachable'],
    ['refused', 'GatewayUnreachable'],
  ];
  test('gives its client the reason for each way to fail', async () => {
    gateway = await startGateway({ dataDir: dataDir(), httpPort: 0, apiToken: 'test:a2V5' });
    const client = openGateway({ baseUrl: gateway.httpUrl, apiToken: 'test:a2V5', timeoutMs: 300 });
    for (const [fault, reason] of faults) {
      gateway.fail(fault);
      const error: unknown = await client.scanStatus('config').catch((thrown: unknown) => thrown);
      expect([fault, error]).toEqual([fault, expect.objectContaining({ reason })]);
    }
    gateway.fail('no-scan-locks');
    await expect(client.acquireScanLock('config', { acquireSeconds: 0, holdSeconds: 1 })).rejects.toMatchObject({
      reason: 'EndpointNotFound',
    });
  });
});
