import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { resourceSignature, startGateway, type SimulatedGateway } from '@stoker/gateway-sim';
import { eventually, readFolder } from '../testing/folder.ts';
import { freePort } from './testing/gatewayBeside.ts';
import { createPlant, type Plant } from './testing/plant.ts';

// The key is the base64url of the bytes "stoker"; its hash is that of those bytes.
const apiKey = 'deploy:c3Rva2Vy';
const keyHash = 'XTISSyvfreBpWWD9HISxJkR8umH3tgPogiIwsy3d6JU';
const viewCount = 120;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The files of a resource with its signed `resource.json`. */
function resource(folder: string, name: string, content: string): Record<string, string> {
  const fields = { scope: 'G', version: 1, overridable: true, files: [name], attributes: {} };
  const lastModificationSignature = resourceSignature(fields, () => sha256(content));
  const signed = { ...fields, attributes: { lastModificationSignature } };
  return { [`${folder}/${name}`]: content, [`${folder}/resource.json`]: JSON.stringify(signed) };
}

const securityFolder = 'config/resources/core/ignition/security-properties';
const levels = [{ name: 'Authenticated', children: [{ name: 'Automation', children: [] }] }];
const security = JSON.stringify({
  readPermissions: { type: 'AnyOf', securityLevels: levels },
  writePermissions: { type: 'AnyOf', securityLevels: levels },
});
const apiToken = JSON.stringify({
  profile: { securityLevels: levels, secureChannelRequired: false },
  settings: { tokenHash: keyHash },
});

/** A gateway's whole folder, every view of one version. */
function folderOf(version: number): Record<string, string> {
  const views = 'projects/plant/com.inductiveautomation.perspective/views';
  return Object.assign(
    {
      'projects/plant/project.json': JSON.stringify({ title: `Plant ${version}`, enabled: true, parent: '' }),
      'config/resources/core/config-mode.json': JSON.stringify({
        title: 'Core',
        enabled: true,
        inheritable: true,
        parent: 'external',
      }),
    },
    resource(securityFolder, 'config.json', security),
    resource('config/resources/core/ignition/api-token/deploy', 'config.json', apiToken),
    ...Array.from({ length: viewCount }, (_, n) =>
      resource(`${views}/View${n}`, 'view.json', JSON.stringify({ version, n })),
    ),
  );
}

/** What a scan of the projects sees of a folder. */
function projectHashes(folder: Record<string, string>): Record<string, string> {
  const projects = Object.entries(folder).filter(([path]) => path.startsWith('projects/'));
  return Object.fromEntries(projects.map(([path, content]) => [path, sha256(content)]));
}

let plant: Plant;
let gateway: SimulatedGateway | undefined;

let port = 0;
beforeEach(async () => {
  port = await freePort();
  plant = await createPlant({ port, tls: true });
  writeFileSync(join(plant.pod.volumes, 'credentials/gateway-api-key'), `${apiKey}\n`);
  await plant.pod.createReports();
});

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await plant.close();
});

/** What the kubelet does once `/startupz` answers 200. */
async function startFirstTime(): Promise<SimulatedGateway> {
  const commit = await plant.repository.commit(folderOf(1));
  await plant.pod.publish(plant.metadata(commit));
  const agent = plant.pod.start(plant.kubeconfig);
  await eventually('the gateway may start', async () => (await agent.health('/startupz')) === 200);
  gateway = await startGateway({ dataDir: plant.pod.data, httpPort: 0, httpsPort: port });
  return gateway;
}

const scannedOnRequest = (kind: string) =>
  gateway?.scans().some((scan) => scan.kind === kind && scan.cause === 'request');

describe('a gateway and its agent', () => {
  test('after the very first start the release is put back once, and scanned', async () => {
    const started = await startFirstTime();
    await eventually(
      'both are scanned',
      () => scannedOnRequest('projects') === true && scannedOnRequest('config') === true,
    );
    expect(readFolder(plant.pod.data)).toMatchObject(folderOf(1));
    await eventually('the scan is reported', async () => (await plant.pod.status())?.scan?.outcome === 'Scanned');
    const seen = started.scans().at(-1);
    expect(seen?.problems).toEqual([]);
    await started.edit({ path: 'projects/plant/project.json', content: '{}', actor: 'designer' });
    const asked = plant.metadata((await plant.pod.status())?.commit ?? '');
    await plant.pod.publish({ ...asked, syncRequest: 'look again' });
    await eventually('a later live edit is drift', async () => (await plant.pod.status())?.drifted?.count === 1);
    expect(readFolder(plant.pod.data)['projects/plant/project.json']).toBe('{}');
  }, 120_000);

  test('a release that comes before the restore after the first start brings it along', async () => {
    await startFirstTime();
    const commit = await plant.repository.commit(folderOf(2));
    await plant.pod.publish(plant.metadata(commit));
    await plant.synced(commit);
    expect(await plant.pod.status()).toMatchObject({ phase: 'Synced', scan: { outcome: 'Scanned' } });
    expect(readFolder(plant.pod.data)).toMatchObject(folderOf(2));
  }, 120_000);

  test('no scan ever sees a mixture of two releases', async () => {
    const started = await startFirstTime();
    await eventually('the first scan is over', () => scannedOnRequest('config') === true);
    started.watch(true);
    for (const version of [2, 3]) {
      const commit = await plant.repository.commit(folderOf(version));
      await plant.pod.publish(plant.metadata(commit));
      await plant.synced(commit);
      expect((await plant.pod.status())?.scan?.outcome).toBe('Scanned');
    }
    started.watch(false);
    const whole = [1, 2, 3].map((version) => projectHashes(folderOf(version)));
    const scans = started.scans().filter(({ kind }) => kind === 'projects');
    const kinds = scans.map(({ id }) => {
      const seen = Object.fromEntries(started.filesOf(id) ?? []);
      return whole.findIndex((one) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(seen))) + 1;
    });
    expect(new Set(kinds)).toEqual(new Set([1, 2, 3]));
    expect(scans.flatMap(({ problems }) => problems)).toEqual([]);
  }, 120_000);

  test('a gateway that does not let us scan gets its files all the same, and the status says so', async () => {
    const started = await startFirstTime();
    await eventually('the first scan is over', () => scannedOnRequest('config') === true);
    const faults = [
      ['no-scan-locks', 'Scanned', 'Synced'],
      ['unauthorized', 'Failed', 'Failed'],
      ['version-8.1', 'Skipped', 'Synced'],
    ] as const;
    for (const [fault, outcome, phase] of faults) {
      started.fail(fault);
      const project = JSON.stringify({ title: fault, enabled: true });
      const commit = await plant.repository.commit({ 'projects/plant/project.json': project });
      await plant.pod.publish(plant.metadata(commit));
      await plant.synced(commit);
      expect(await plant.pod.status()).toMatchObject({ phase, scan: { outcome } });
      expect(readFolder(plant.pod.data)['projects/plant/project.json']).toBe(project);
    }
  }, 120_000);

  test('a scan that could not be had is made up for', async () => {
    const started = await startFirstTime();
    await eventually('the first scan is over', () => scannedOnRequest('config') === true);
    started.fail('refused', 2_000);
    const before = started.scans().length;
    const commit = await plant.repository.commit({ 'projects/plant/project.json': '{"title":"New","enabled":true}' });
    await plant.pod.publish(plant.metadata(commit));
    await plant.synced(commit);
    const requested = () =>
      started
        .scans()
        .slice(before)
        .filter(({ cause }) => cause === 'request');
    await eventually('both parts are scanned', () => requested().length >= 2);
    expect(requested().at(0)?.problems).toEqual([]);
  }, 120_000);
});

function sorted(record: Record<string, string>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
