import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ResolvedProfile, StatusDocument } from '@stoker/crd-types';
import { eventually, readFolder } from '../testing/folder.ts';
import { signedResource, startPlantWithGateway, type PlantWithGateway } from './testing/gatewayBeside.ts';

const connection = 'config/resources/core/ignition/database-connection/mes';
const subject = 'ignition/database-connection/mes';
const words = 'Cannot create PoolableConnectionFactory (Unknown host nowhere)';
const within = { withinMs: 30_000 };

/** A gateway's folder with one project and one database connection. */
function folderTo(host: string, title = 'Plant'): Record<string, string> {
  return {
    'projects/plant/project.json': JSON.stringify({ title, enabled: true, parent: '' }),
    'config/resources/core/config-mode.json': JSON.stringify({ title: 'Core', enabled: true, parent: 'external' }),
    ...signedResource(connection, 'config.json', JSON.stringify({ connectURL: `jdbc:mariadb://${host}/mes` })),
  };
}

const good = folderTo('db');
const bad = folderTo('nowhere');
const onFailure = (policy: NonNullable<ResolvedProfile['verification']>['onFailure']) => ({
  verification: { onFailure: policy },
});

let site: PlantWithGateway;
beforeEach(async () => {
  site = await startPlantWithGateway(good);
  site.gateway.ail([{ kind: 'resource', contains: 'nowhere', message: words }]);
}, 60_000);
afterEach(() => site.close());

/** The status, once it is so. */
async function status(what: string, holds: (status: StatusDocument) => boolean): Promise<StatusDocument> {
  let last: StatusDocument | undefined;
  await eventually(
    what,
    async () => {
      last = await site.plant.pod.status();
      return last !== undefined && holds(last);
    },
    within,
  );
  if (last === undefined) throw new Error('no status');
  return last;
}

const verifiedAs = (commit: string, outcome: string) => (said: StatusDocument) =>
  said.commit === commit && said.verification?.releaseId === said.releaseId && said.verification?.outcome === outcome;
const isIn = (reason: string) => (said: StatusDocument) => said.error?.reason === reason;
/** The parts of the folder that git has a say in. */
const managed = () =>
  Object.fromEntries(Object.entries(readFolder(site.plant.pod.data)).filter(([path]) => path in bad));

describe('a release that the gateway does not bear', () => {
  test('is told in its own words, and stands', async () => {
    const commit = await site.release(bad);
    const said = await status('the problem is told', verifiedAs(commit, 'Failed'));
    expect(said).toMatchObject({
      phase: 'Synced',
      scan: { outcome: 'Scanned' },
      verification: { problems: [{ kind: 'resource', subject, message: words, isNew: true }] },
    });
    expect(said).not.toHaveProperty('error');
    const next = await site.release(folderTo('nowhere', 'New title'));
    const later = await status('what was there before is no fault of the next sync', verifiedAs(next, 'Verified'));
    expect(later.verification?.problems).toEqual([]);
  }, 60_000);

  test('is scanned again where the profile says so, and is synced once the gateway is well', async () => {
    const commit = await site.release(bad, onFailure('retry'));
    const said = await status('it failed', isIn('VerificationFailed'));
    expect(said).toMatchObject({ phase: 'Failed', commit, error: { nextAttempt: expect.any(String) } });
    site.gateway.ail([]);
    const later = await status('it is well', verifiedAs(commit, 'Verified'));
    expect(later).toMatchObject({ phase: 'Synced', commit });
  }, 60_000);

  test('is taken back byte for byte and scanned, and is not tried again until a person asks', async () => {
    const first = await site.plant.pod.status();
    const before = site.gateway.scans().length;
    const commit = await site.release(bad, onFailure('rollback'));
    const said = await status('it is taken back', isIn('RolledBack'));
    expect(said).toMatchObject({ phase: 'Failed', commit: first?.commit, releaseId: first?.releaseId });
    expect(said.error?.message).toContain(words);
    const taken = { commit, outcome: 'RolledBack', trigger: { kind: 'verification' } };
    const records = () => site.agent.records().filter(({ action }) => action === 'rollback');
    await eventually('it is on record', () => records().length > 0);
    expect(records()).toMatchObject([taken]);
    expect(managed()).toEqual(good);
    const scans = site.gateway
      .scans()
      .slice(before)
      .filter(({ cause, kind }) => cause === 'request' && kind === 'config');
    expect(scans).toHaveLength(2);
    expect(site.gateway.filesOf(scans[1]?.id ?? 0)?.get(`${connection}/config.json`)).not.toBe(
      site.gateway.filesOf(scans[0]?.id ?? 0)?.get(`${connection}/config.json`),
    );

    site.agent.process.kill('SIGKILL');
    await site.agent.ended;
    const again = site.plant.pod.start(site.plant.kubeconfig);
    await eventually('a new process knows', () => again.log().some(({ msg }) => msg === 'folder opened'));
    expect((await status('it says so', isIn('RolledBack'))).commit).toBe(first?.commit);

    site.gateway.ail([]);
    const asked = site.plant.metadata(commit, onFailure('rollback'));
    await site.plant.pod.publish({ ...asked, syncRequest: 'once more' });
    expect(await status('it is synced', verifiedAs(commit, 'Verified'))).toMatchObject({ phase: 'Synced' });
    expect(managed()).toEqual(bad);
    const syncs = () => again.log().filter(({ msg }) => msg === 'sync done');
    await eventually('the log tells', () => syncs().length > 0);
    expect(syncs()).toHaveLength(1);
  }, 90_000);

  describe('and an agent that was killed right after it had said so', () => {
    /** What `rollBack` writes first. */
    async function killedInBetween(): Promise<string> {
      const commit = await site.release(bad);
      const said = await status('it is synced', verifiedAs(commit, 'Failed'));
      site.agent.process.kill('SIGKILL');
      await site.agent.ended;
      const refused = { releaseId: said.releaseId, commit, message: words, sinceMs: 1 };
      writeFileSync(join(site.plant.pod.data, '.stoker/refused.json'), JSON.stringify(refused));
      return commit;
    }

    test('is taken back by the next process', async () => {
      await killedInBetween();
      site.plant.pod.start(site.plant.kubeconfig);
      await status('it is taken back', isIn('RolledBack'));
      expect(managed()).toEqual(good);
    }, 60_000);

    test('stays where the copies are gone, and the status says why', async () => {
      const commit = await killedInBetween();
      rmSync(join(site.plant.pod.data, '.stoker/snapshots'), { recursive: true });
      site.plant.pod.start(site.plant.kubeconfig);
      const said = await status('it cannot be taken back', isIn('RollbackFailed'));
      expect(said).toMatchObject({ phase: 'Failed', commit, error: { message: expect.stringContaining(words) } });
      expect(managed()).toEqual(bad);
    }, 60_000);
  });

  test('gives way to the next release after it was taken back', async () => {
    await site.release(bad, onFailure('rollback'));
    await status('it is taken back', isIn('RolledBack'));
    const commit = await site.release(folderTo('db2'), onFailure('rollback'));
    const said = await status('the next one is synced', verifiedAs(commit, 'Verified'));
    expect(said).not.toHaveProperty('error');
  }, 60_000);

  test.each([
    ['a module in quarantine', 'Certificate rejected', () => void 0],
    ['a project that is not loaded', 'had loaded it before', () => site.gateway.fail('loads-nothing')],
  ])(
    'may show in %s',
    async (_what, message, misbehave) => {
      site.gateway.ail([
        { kind: 'module', contains: 'nowhere', id: 'com.example.mes', reason: 'Certificate rejected' },
      ]);
      misbehave();
      const commit = await site.release(bad);
      const said = await status('the problem is told', verifiedAs(commit, 'Failed'));
      expect(said.verification?.message).toContain(message);
    },
    60_000,
  );
});

describe('a gateway that cannot be asked', () => {
  test.each([
    ['unauthorized', 'ScanFailed'],
    ['version-8.1', undefined],
  ] as const)(
    '(%s) is never a reason to go back',
    async (fault, reason) => {
      site.gateway.fail(fault);
      const commit = await site.release(bad, onFailure('rollback'));
      const said = await status('it is unknown', verifiedAs(commit, 'Unknown'));
      expect([said.commit, said.error?.reason]).toEqual([commit, reason]);
      expect(said.verification).toMatchObject({ reason: 'VerificationUnknown' });
      expect(managed()).toEqual(bad);
    },
    60_000,
  );
});
