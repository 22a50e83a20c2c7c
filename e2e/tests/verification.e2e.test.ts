// A gateway that does not bear what it was given, and people who are editing what is about to change.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { deliverPush, firstSync } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced, conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { getObject, listObjects } from '../src/plant/resources.ts';
import { ail, editLive, gatewayTree, openDesigners, recordedScans } from '../src/plant/simulator.ts';
import { addResource, ignitionJson, type RepositoryFiles } from '../src/site-repository/repositoryFiles.ts';
import { writeRepository } from '../src/site-repository/writeRepository.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-verification';
const pod = 'site-0';
const project = 'site-overview';
const words = 'Cannot create PoolableConnectionFactory (Unknown host nowhere.example)';
const toNowhere = { kind: 'resource' as const, contains: 'nowhere.example', message: words };
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace);
  await firstSync(plant);
  await ail(namespace, pod, [toNowhere]);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** Commits files, pushes them and tells the receiver. */
async function release(message: string, files: RepositoryFiles): Promise<string> {
  await writeRepository(plant.repository.workTree, files);
  const commit = await plant.repository.push(message);
  await deliverPush(plant, commit);
  return commit;
}

/** A database connection of the site gateway alone. */
function connectionTo(host: string): RepositoryFiles {
  const files: RepositoryFiles = new Map();
  const config = ignitionJson({ connectURL: `jdbc:mariadb://${host}:3306/lab` });
  addResource(files, 'config/site/ignition/database-connection/lab', { 'config.json': config });
  return files;
}

const titled = (title: string): RepositoryFiles =>
  new Map([
    [
      `projects/${project}/project.json`,
      ignitionJson({ title, description: '', parent: 'plant-base', enabled: true, inheritable: false }),
    ],
  ]);

async function changeProfile(spec: object): Promise<void> {
  await kubectl(['-n', namespace, 'patch', 'syncprofile', 'site', '--type=merge', '-p', JSON.stringify({ spec })]);
}

async function site() {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
  return status?.discoveredGateways?.find(({ name }) => name === 'site');
}

async function warnings(): Promise<readonly string[]> {
  const events = await listObjects<{ type: string; reason: string; note: string }>(namespace, 'events.events.k8s.io');
  return events.filter(({ type }) => type === 'Warning').map(({ reason, note }) => `${reason}: ${note}`);
}

const hasWords = expect.stringContaining(words);

describe('a commit that the gateway does not bear', () => {
  test('stands by default, and its condition and an event have the words of the gateway', async () => {
    const commit = await release('A connection to nowhere', connectionTo('nowhere.example'));
    await allSynced(namespace, commit);
    await eventually('it is told', async () =>
      expect(await conditionOf(namespace, 'Verified')).toMatchObject({
        status: 'False',
        reason: 'VerificationFailed',
        message: hasWords,
      }),
    );
    await eventually('there is an event', async () =>
      expect(await warnings()).toContainEqual(expect.stringMatching(/^VerificationFailed: .*Unknown host/)),
    );
    await allSynced(namespace, await release('A connection that works', connectionTo('db.example')));
    await eventually('all is well again', async () =>
      expect(await conditionOf(namespace, 'Verified')).toMatchObject({ status: 'True' }),
    );
  });

  test('is scanned again where the profile says so, and counts as synced once the gateway is well', async () => {
    await changeProfile({ verification: { onFailure: 'retry' } });
    const commit = await release('A connection to nowhere for a while', connectionTo('nowhere.example'));
    await eventually('it failed, and is tried again', async () =>
      expect(await site()).toMatchObject({
        phase: 'Failed',
        commit,
        error: { reason: 'VerificationFailed', message: hasWords },
      }),
    );
    await ail(namespace, pod, []);
    await allSynced(namespace, commit);
    await eventually('all is well', async () =>
      expect(await conditionOf(namespace, 'Verified')).toMatchObject({ status: 'True' }),
    );
    await allSynced(namespace, await release('A connection that works yet again', connectionTo('db3.example')));
    await ail(namespace, pod, [toNowhere]);
  });

  test('is taken back byte for byte and scanned where the profile says so, and the next one comes through', async () => {
    await changeProfile({ verification: { onFailure: 'rollback' } });
    await eventually('the changed profile is a release', async () =>
      expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({ status: 'True' }),
    );
    const before = await gatewayTree(namespace, pod);
    const commitBefore = (await site())?.commit;
    const configScans = async () => (await recordedScans(namespace, pod)).filter(({ kind }) => kind === 'config');
    const scansBefore = await configScans();
    const digestBefore = scansBefore.at(-1)?.digest;

    await release('A connection to nowhere again', connectionTo('nowhere.example'));
    await eventually('it is taken back', async () =>
      expect(await site()).toMatchObject({
        phase: 'Failed',
        commit: commitBefore,
        error: { reason: 'RolledBack', message: hasWords },
      }),
    );
    expect(await gatewayTree(namespace, pod)).toEqual(before);
    // One more of either kind is as good.
    const scans = (await configScans()).slice(scansBefore.length);
    expect(scans.at(-1)).toMatchObject({ cause: 'request', digest: digestBefore });
    expect(scans.some(({ digest }) => digest !== digestBefore)).toBe(true);
    await eventually('the others go on, and there is an event', async () => {
      const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
      expect(status?.synced).toBe('2/3');
      expect(await conditionOf(namespace, 'Verified')).toMatchObject({ status: 'False', reason: 'RolledBack' });
      expect(await warnings()).toContainEqual(expect.stringMatching(/^RolledBack: .*Unknown host/));
    });

    await allSynced(namespace, await release('A connection that works again', connectionTo('db2.example')));
    await changeProfile({ verification: { onFailure: 'report' } });
  });
});

describe('a commit that changes what somebody has open in a Designer', () => {
  test('waits where everyone can see it, and is synced once the Designer is closed', async () => {
    await changeProfile({ designerSessionPolicy: 'wait' });
    await openDesigners(namespace, pod, [{ user: 'anna', project }]);
    const commit = await release('Another title', titled('Overview 2'));
    await eventually('it waits', async () =>
      expect(await site()).toMatchObject({
        phase: 'Waiting',
        held: { reason: 'DesignerSessionOpen', message: expect.stringContaining(`anna (${project})`) },
      }),
    );
    await openDesigners(namespace, pod, []);
    await allSynced(namespace, commit);
    expect(await site()).not.toHaveProperty('held');
  });

  test('is refused with the names where the profile says so', async () => {
    await changeProfile({ designerSessionPolicy: 'fail' });
    await openDesigners(namespace, pod, [{ user: 'anna', project }]);
    const commit = await release('A third title', titled('Overview 3'));
    await eventually('it is refused', async () =>
      expect(await site()).toMatchObject({
        phase: 'Failed',
        error: { reason: 'DesignerSessionOpen', message: expect.stringContaining(`anna (${project})`) },
      }),
    );
    await openDesigners(namespace, pod, []);
    await allSynced(namespace, commit);
  });

  test('goes on by default, and the status says who was editing', async () => {
    await changeProfile({ designerSessionPolicy: 'proceed' });
    await openDesigners(namespace, pod, [{ user: 'anna', project }]);
    await allSynced(namespace, await release('A fourth title', titled('Overview 4')));
    await eventually('she is named', async () =>
      expect(await site()).toMatchObject({ designerSessions: [`anna (${project})`] }),
    );
    await openDesigners(namespace, pod, []);
  });
});

test('a live edit is found by the next look, and the condition names gateway and file', async () => {
  const path = `projects/${project}/project.json`;
  await changeProfile({ syncPeriod: 5 });
  await editLive(namespace, pod, path, '{"title":"By hand","enabled":true}');
  await eventually('it is told', async () =>
    expect(await conditionOf(namespace, 'Drifted')).toMatchObject({
      status: 'True',
      reason: 'FilesChangedInGateway',
      message: expect.stringContaining(`site: 1 file (${path})`),
    }),
  );
});
