// A gateway whose scan comes to nothing: the files are there, and what the status says of the gateway is so.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StatusDocument } from '@stoker/crd-types';
import { eventually } from '../testing/folder.ts';
import { signedResource, startPlantWithGateway, type PlantWithGateway } from './testing/gatewayBeside.ts';

const setting = 'config/resources/core/ignition/tag-provider/line';

/** A folder in which everything that a scan reads is of one version. */
function folderOf(version: number): Record<string, string> {
  return {
    'projects/plant/project.json': JSON.stringify({ title: `Plant ${version}`, enabled: true, parent: '' }),
    'config/resources/core/config-mode.json': JSON.stringify({ title: 'Core', enabled: true, parent: 'external' }),
    ...signedResource(setting, 'config.json', JSON.stringify({ version })),
  };
}

let site: PlantWithGateway;
beforeEach(async () => {
  site = await startPlantWithGateway(folderOf(1));
}, 60_000);
afterEach(() => site.close());

const hashesIn = async (start: string) =>
  Object.fromEntries([...(await site.gateway.tree())].filter(([path]) => path.startsWith(start)));

/** What the last scan of a kind has read, whoever wanted it. */
function lastSeen(kind: 'projects' | 'config'): Record<string, string> {
  const scan = site.gateway.scans().findLast((one) => one.kind === kind);
  return Object.fromEntries(site.gateway.filesOf(scan?.id ?? -1) ?? []);
}

async function said(what: string, holds: (status: StatusDocument) => boolean): Promise<StatusDocument> {
  let status: StatusDocument | undefined;
  const asked = async () => {
    status = await site.plant.pod.status();
    return status !== undefined && holds(status);
  };
  await eventually(what, asked, { withinMs: 40_000 });
  if (status === undefined) throw new Error('no status');
  return status;
}

test('a gateway that restarts in the middle of a scan has the whole release in the end, and nobody had to ask', async () => {
  const starts = site.gateway.scans().filter(({ cause }) => cause === 'start').length;
  site.gateway.fail('restart-mid-scan');
  const commit = await site.release(folderOf(2));
  const status = await said(
    'it is scanned',
    (now) => now.commit === commit && now.scan?.outcome === 'Scanned' && now.phase === 'Synced',
  );
  expect(status).not.toHaveProperty('error');
  expect(site.gateway.state()).toMatchObject({ phase: 'running', fault: 'none' });
  expect(site.gateway.scans().filter(({ cause }) => cause === 'start').length).toBeGreaterThan(starts);
  expect(lastSeen('projects')).toEqual(await hashesIn('projects/'));
  expect(lastSeen('config')).toEqual(await hashesIn('config/resources/'));
}, 120_000);

test('a scan that answers and loads nothing is told as such, and had again where the profile says so', async () => {
  site.gateway.fail('loads-nothing');
  const profile = { verification: { onFailure: 'retry' } } as const;
  const commit = await site.release(folderOf(2), profile);
  const failed = await said('it is told', (now) => now.commit === commit && now.error !== undefined);
  expect(failed).toMatchObject({ phase: 'Failed', error: { reason: 'VerificationFailed' } });
  const scans = site.gateway.scans().length;
  site.gateway.fail('none');
  const healed = await said('it is well', (now) => now.verification?.outcome === 'Verified' && now.error === undefined);
  expect(healed).toMatchObject({ phase: 'Synced', commit, scan: { outcome: 'Scanned' } });
  expect(site.gateway.scans().length).toBeGreaterThan(scans);
}, 120_000);
