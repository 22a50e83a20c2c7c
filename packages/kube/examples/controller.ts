// Keeps a ConfigMap `<name>-copy` beside every ConfigMap with the label `copy=true`, as long as that one exists.
import {
  configMaps,
  createController,
  formatKey,
  keyOf,
  loadKubeConfig,
  openClient,
  parseKey,
  startReflector,
} from '@stoker/kube';

const client = openClient(loadKubeConfig(), { userAgent: 'copier' });

const originals = startReflector({
  client,
  type: configMaps,
  labelSelector: 'copy=true',
  onDelta: ({ before, after }) => {
    const changed = after ?? before;
    if (changed) controller.queue.add(formatKey(keyOf(changed)));
  },
  onError: (error) => console.error('watch:', error),
});

const controller = createController({
  name: 'copier',
  workers: 4,
  deadlineMs: 30_000,
  reconcile: async (key, signal) => {
    const { namespace, name } = parseKey(key);
    const original = originals.store.get({ namespace, name });
    const copy = { namespace, name: `${name}-copy` };
    if (original === undefined) await client.delete(configMaps, copy, { signal });
    else
      await client.apply(configMaps, { metadata: copy, data: original.data ?? {} }, { fieldManager: 'copier', signal });
    return { kind: 'done' };
  },
  onError: (key, error, attempt) => console.error(`${key}: attempt ${attempt} failed:`, error),
});

await originals.synced();
controller.start();

async function stop() {
  await originals.stop();
  await controller.stop(AbortSignal.timeout(10_000));
}
process.once('SIGTERM', () => void stop());
