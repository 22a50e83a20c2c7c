import { randomBytes } from 'node:crypto';
import { loadKubeConfig } from '../access/loadKubeConfig.ts';
import { openClient } from '../client/openClient.ts';
import { namespaces } from '../resourceTypes.ts';

/** A client of the API server that jest has started, and a namespace of its own. */
export async function openNamespace() {
  const client = openClient(loadKubeConfig(), { userAgent: 'kube-test' });
  const namespace = `kube-${randomBytes(4).toString('hex')}`;
  await client.create(namespaces, { metadata: { name: namespace } });
  return { client, namespace };
}

/** Takes the API server away, or brings it back. */
export async function controlServer(action: 'stop' | 'start'): Promise<void> {
  const response = await fetch(`${process.env['STOKER_APISERVER_CONTROL']}/${action}`, { method: 'POST' });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
}
