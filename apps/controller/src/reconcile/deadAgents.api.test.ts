import { expect, test } from '@jest/globals';
import { sidecarContainerName } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { nodes } from '../cluster/nodes.ts';
import { createGatewayPod } from '../testing/cluster.ts';
import { expectCondition, expectRelease, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

/** A gateway on a node that is ready, with an agent that runs and has synced. */
async function gatewayOnNode(plant: Plant): Promise<string> {
  const { client, namespace } = plant;
  const nodeName = `node-of-${namespace}`;
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } });
  await client.mergePatch(nodes, { namespace: '', name: nodeName }, { status }, { subresource: 'status' });
  const commit = await releaseFirst(plant);
  await client.delete(pods, { namespace, name: 'site-0' });
  await createGatewayPod(client, namespace, { name: 'area-0', cr: 'plant', nodeName });
  await setState(plant, { running: { startedAt: '2026-01-01T00:00:00Z' } });
  await expectRelease(plant, 'area-0', commit);
  await plant.reportSynced('plant', 'area-0');
  await expectCondition(plant, 'AgentReady', { status: 'True' });
  return nodeName;
}

async function setState({ client, namespace }: Plant, state: object): Promise<void> {
  const agent = {
    name: sidecarContainerName,
    image: 'stoker-agent',
    imageID: '',
    ready: true,
    restartCount: 0,
    state,
  };
  const status = { initContainerStatuses: [agent] };
  await client.mergePatch(pods, { namespace, name: 'area-0' }, { status }, { subresource: 'status' });
}

test.each(['False', 'Unknown'])(
  'an agent on a node whose Ready is %s is not ready until the node is',
  async (ready) => {
    const plant = thePlant();
    const name = await gatewayOnNode(plant);
    const become = (status: string) =>
      plant.client.mergePatch(
        nodes,
        { namespace: '', name },
        { status: { conditions: [{ type: 'Ready', status }] } },
        { subresource: 'status' },
      );
    await become(ready);
    await expectCondition(plant, 'AgentReady', {
      status: 'False',
      reason: 'AgentNotReady',
      message: expect.stringContaining(`area-0 (node ${name} is not ready)`),
    });
    await become('True');
    await expectCondition(plant, 'AgentReady', { status: 'True' });
    await plant.client.delete(nodes, { namespace: '', name });
  },
);

test('an agent whose container is dead is not ready, with what the kubelet says', async () => {
  const plant = thePlant();
  const name = await gatewayOnNode(plant);
  await setState(plant, { terminated: { reason: 'OOMKilled', exitCode: 137 }, running: null });
  await expectCondition(plant, 'AgentReady', {
    status: 'False',
    reason: 'AgentNotReady',
    message: expect.stringContaining('area-0 (OOMKilled (exit 137))'),
  });
  expect((await plant.stoker('plant')).status?.discoveredGateways).toMatchObject([{ name: 'area-0' }]);
  await plant.client.delete(nodes, { namespace: '', name });
});
