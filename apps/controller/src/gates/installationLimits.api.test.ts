// A commit that spreads over the gateways of several Stokers a few at a time: limits of the installation.
import { expect, test } from '@jest/globals';
import { stokers } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import type { App } from '../app.ts';
import { applyStoker, createGatewayPod, eventually } from '../testing/cluster.ts';
import { expectSeen, pushOf, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
const limits = { maxConcurrentSyncs: 1 };
const site = (cr: string) => (cr === 'plant' ? 'site-0' : `${cr}-0`);

async function applyCr({ client, namespace, repo }: Plant, cr: string, polling: object = {}): Promise<void> {
  await applyStoker(client, namespace, cr, { git: { repo, ref: 'main' }, polling: { enabled: false, ...polling } });
}

async function runAgent(plant: Plant, name: string): Promise<void> {
  const container = {
    name: 'stoker-agent',
    image: 'x',
    imageID: 'x',
    ready: true,
    restartCount: 0,
    state: { running: {} },
  };
  const patch = { status: { phase: 'Running', initContainerStatuses: [container] } };
  await plant.client.mergePatch(pods, { namespace: plant.namespace, name }, patch, { subresource: 'status' });
}

async function told(plant: Plant, crs: readonly string[], commit: string): Promise<readonly string[]> {
  const found = [];
  for (const cr of crs) if ((await plant.metadata(cr, site(cr))).release?.commit === commit) found.push(cr);
  return found;
}

test('gateways of several Stokers share the places, also under a controller that has just started', async () => {
  const plant = thePlant();
  const crs = ['plant', 'second', 'third'];
  await releaseFirst(plant);
  for (const cr of crs.slice(1)) {
    await applyCr(plant, cr);
    await createGatewayPod(plant.client, plant.namespace, { name: site(cr), cr });
  }
  for (const cr of crs) {
    await eventually(`${cr} has its first release`, async () => {
      expect((await plant.metadata(cr, site(cr))).release).toBeDefined();
    });
    await runAgent(plant, site(cr));
    await plant.reportSynced(cr, site(cr));
  }
  await plant.stop();

  let app: App = await plant.startReplica('limited', { leaderElect: false, limits });
  try {
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const push = { port: app.receiverPort };
    expect((await plant.push('/webhook', pushOf(plant, second), push)).status).toBe(202);
    const expectTold = (count: number) =>
      eventually(`${count} are told`, async () => {
        const found = await told(plant, crs, second);
        expect(found).toHaveLength(count);
        return found;
      });
    const waiting = (found: readonly string[]) =>
      eventually('the others wait', async () => {
        for (const cr of crs.filter((name) => !found.includes(name))) {
          expect((await plant.metadata(cr, site(cr))).held).toMatchObject({
            gate: 'limits',
            message: "waits for its turn: the controller's --max-concurrent-syncs is 1",
          });
          expect((await plant.stoker(cr)).status?.queuedGateways).toBe(1);
        }
      });
    const [first = ''] = await expectTold(1);
    await waiting([first]);

    await app.stop();
    app = await plant.startReplica('limited-again', { leaderElect: false, limits });
    // Another spec of each: only the new controller can have seen it.
    for (const cr of crs) await applyCr(plant, cr, { interval: '2m' });
    for (const cr of crs) await expectSeen(plant, cr);
    expect(await told(plant, crs, second)).toEqual([first]);

    await plant.reportSynced(first, site(first));
    const two = await expectTold(2);
    await waiting(two);
    const underWay = two.find((cr) => cr !== first) ?? '';
    await plant.client.delete(stokers, { namespace: plant.namespace, name: underWay });
    const last = crs.find((cr) => !two.includes(cr)) ?? '';
    await eventually('the last one follows when that Stoker is gone', async () => {
      expect(await told(plant, [last], second)).toEqual([last]);
      expect((await plant.stoker(last)).status).not.toHaveProperty('queuedGateways');
    });
  } finally {
    await app.stop();
  }
});
