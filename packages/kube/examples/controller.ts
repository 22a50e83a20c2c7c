// Keeps a ConfigMap `<name>-copy` beside every ConfigMap with the label `copy=true`, as long as that one exists.
import { once } from 'node:events';
import * as kube from '@stoker/kube';

const client = kube.openClient(kube.loadKubeConfig(), { userAgent: 'copier' });
const originals = kube.startReflector({
  client,
  type: kube.configMaps,
  labelSelector: 'copy=true',
  onDelta: ({ before, after }, origin) => {
    const changed = after ?? before;
    // What somebody has just done comes before what a restart lists.
    if (changed) controller.queue.add(kube.formatKey(kube.keyOf(changed)), { priority: origin === 'watched' ? 10 : 0 });
  },
  onError: (error) => console.error('watch:', error),
});

const controller = kube.createController({
  name: 'copier',
  workers: 4,
  deadlineMs: 30_000,
  reconcile: async (key, signal) => {
    const { namespace, name } = kube.parseKey(key);
    const original = originals.store.get({ namespace, name });
    // Owned: of an original that goes while nobody runs here, Kubernetes deletes the copy.
    const owner = original && { apiVersion: 'v1', kind: 'ConfigMap', name, uid: original.metadata.uid ?? '' };
    const metadata = { namespace, name: `${name}-copy`, ...(owner && { ownerReferences: [owner] }) };
    const copy = { metadata, data: original?.data ?? {} };
    if (original) await client.apply(kube.configMaps, copy, { fieldManager: 'copier', signal });
    else await client.delete(kube.configMaps, metadata, { signal });
    return { kind: 'done' };
  },
  onError: (key, error, attempt) => console.error(`${key}: attempt ${attempt} failed:`, error),
});

await originals.synced();
controller.start();
await once(process, 'SIGTERM');
await originals.stop();
await controller.stop(AbortSignal.timeout(10_000));
