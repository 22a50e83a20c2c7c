// Git servers that say nothing, and that say no: whoever depends on them is told why, and nobody else waits.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { imagePullPolicy } from '../src/cluster/chooseCluster.ts';
import { imageReference } from '../src/cluster/images/definitions.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync, pushNext } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant } from '../src/plant/installPlant.ts';
import { allSynced, type ObservedStoker } from '../src/plant/observe.ts';
import { deliverGitHubPush } from '../src/plant/pushEvent.ts';
import { applyObjects, getObject, listObjects } from '../src/plant/resources.ts';

jest.setTimeout(240_000);

const namespace = 'e2e-git-trouble';
/** More than the controller works on at one time, and than it asks of one host. */
const troubled = Array.from({ length: 12 }, (_, index) => `troubled-${index}`);
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace);
  await firstSync(plant);
  await applyObjects(hungServer());
  await kubectl(['-n', namespace, 'wait', 'pod/hung', '--for=condition=Ready', '--timeout=60s']);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** A server that takes every connection and never says a word. */
function hungServer(): object[] {
  const silence = `require('node:net').createServer(() => undefined).listen(8080)`;
  const container = {
    name: 'hung',
    image: imageReference('stoker-git-server'),
    imagePullPolicy: imagePullPolicy(),
    command: ['/usr/local/bin/node', '--eval', silence],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 2003, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = { securityContext, containers: [container], terminationGracePeriodSeconds: 0 };
  return [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'hung', namespace, labels: { app: 'hung' } }, spec },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'hung', namespace },
      spec: { selector: { app: 'hung' }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}

const host = `http://hung.${namespace}.svc.cluster.local`;
/** The first is the plant's own repository, the others are none. */
const repositoryOf = (name: string) => (name === troubled[0] ? `${host}/site.git` : `${host}/${name}.git`);

function stoker(name: string): object {
  const auth = { token: { secretRef: { name: 'git-token', key: 'token' } } };
  const spec = { git: { repo: repositoryOf(name), ref: 'main', auth }, polling: { enabled: false } };
  return { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', metadata: { name, namespace }, spec };
}

async function refResolved(name: string) {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', name);
  return status?.conditions?.find(({ type }) => type === 'RefResolved');
}

test('a push reaches its gateways while a dozen others wait for a server that says nothing', async () => {
  await applyObjects(troubled.map(stoker));
  await allSynced(namespace, await pushNext(plant));
  const waiting = await Promise.all(troubled.map(refResolved));
  expect(waiting.filter((found) => found?.status === 'True')).toEqual([]);
});

test('each of the dozen is told that the server did not answer in time, in its condition and by an event', async () => {
  for (const name of troubled) {
    await eventually(`${name} is told`, async () =>
      expect(await refResolved(name)).toMatchObject({ status: 'False', reason: 'GitTimeout' }),
    );
  }
  // Events are sent after what they tell of, ten a second.
  await eventually('an event tells each', async () => {
    const events = await listObjects<{ reason: string; regarding: { name: string } }>(
      namespace,
      'events.events.k8s.io',
    );
    const told = new Set(events.filter(({ reason }) => reason === 'GitTimeout').map(({ regarding }) => regarding.name));
    expect([...told].toSorted()).toEqual(troubled.toSorted());
  });
});

test('once the server answers, a push event ends the wait, and what needs a person is told apart', async () => {
  const selector = JSON.stringify({ spec: { selector: { app: 'git' } } });
  await kubectl(['-n', namespace, 'patch', 'svc/hung', '--type=merge', '-p', selector]);
  const commit = (await getObject<ObservedStoker>(namespace, 'stokers', 'plant')).status?.commit ?? '';
  const [first = '', second = ''] = troubled;
  expect(await deliverGitHubPush({ repository: repositoryOf(first), branch: 'main', commit })).toBe(202);
  await eventually('the ref is resolved', async () =>
    expect(await refResolved(first)).toMatchObject({ status: 'True' }),
  );
  await kubectl(['-n', namespace, 'annotate', 'stokers', second, 'stoker.io/sync-now=1']);
  await eventually('the repository is not found', async () =>
    expect(await refResolved(second)).toMatchObject({
      status: 'False',
      reason: 'RepositoryNotFound',
      message: expect.stringContaining(`${second}.git`),
    }),
  );
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', second);
  expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'Stalled', status: 'True' }));
});
