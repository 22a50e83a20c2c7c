import { expect, test } from '@jest/globals';
import { annotations, sidecarContainerName } from '@stoker/crd-types';
import type { KubeObject } from '@stoker/kube';
import type { Pod } from '../gateways/podFacts.ts';
import { makeDraft, makeGateway } from '../testing/draft.ts';
import { upgradeAgents } from './upgradeAgents.ts';

/** What is written to a pod whose cached form is not upgraded. */
async function written(notes: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const pod: Pod = {
    metadata: { name: 'site-0', namespace: 'ns', annotations: notes },
    status: { initContainerStatuses: [{ name: sidecarContainerName, containerID: 'containerd://1' }] },
  };
  const live: KubeObject = pod;
  const applied: unknown[] = [];
  const client = {
    get: async <T extends KubeObject>() => live as T,
    apply: async <T>(_type: unknown, object: T) => {
      applied.push(object);
      return object;
    },
  };
  const draft = makeDraft(
    { agentImage: 'agent:2', gateways: [makeGateway('site-0')] },
    { agent: { upgradePolicy: 'InPlace' } },
  );
  await upgradeAgents(draft, { client, logger: { info: () => undefined } });
  return applied;
}

test('the note of an upgrade names the container that goes', async () => {
  const note = { [annotations.agentUpgrade]: 'agent:2 containerd://1' };
  const expected = expect.objectContaining({ annotations: note });
  expect(await written({})).toEqual([expect.objectContaining({ metadata: expected })]);
  expect(await written({ [annotations.agentUpgrade]: 'agent:1 containerd://0' })).toHaveLength(1);
});

test('a pod that was upgraded already is not told that its new container goes', async () => {
  expect(await written({ [annotations.agentUpgrade]: 'agent:2 containerd://0' })).toEqual([]);
});
