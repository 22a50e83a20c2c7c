import { afterEach, expect, test } from '@jest/globals';
import { type KubeClient, loadKubeConfig, openClient, secrets } from '@stoker/kube';
import { createNamespaceWatches, type NamespaceWatches } from './namespaceWatches.ts';

const direct = openClient(loadKubeConfig());
let watches: NamespaceWatches | undefined;
afterEach(() => watches?.stop());

/** Watches, and the paths of the Secrets that they have asked for. */
function open(isEverywhere: boolean) {
  const paths = new Set<string>();
  const client: KubeClient = {
    ...direct,
    stream: (path, options) => {
      paths.add(path.split('?')[0] ?? '');
      return direct.stream(path, options);
    },
  };
  const synced: (string | undefined)[] = [];
  const ignore = () => undefined;
  const opened = createNamespaceWatches({
    client,
    isEverywhere,
    onPod: ignore,
    onSecret: ignore,
    onSynced: (namespace) => synced.push(namespace),
    onError: ignore,
  });
  watches = opened;
  const secretPaths = () => [...paths].filter((path) => path.endsWith('/secrets'));
  return { watches: opened, synced, secretPaths };
}

const key = { namespace: 'default', name: 'of-namespace-watches' };
/** Of these only the first has to be there. */
const namespaces = (count: number) =>
  new Set(['default', ...Array.from({ length: count - 1 }, (_, number) => `watched-${number}`)]);

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a namespace is watched while it is kept, and unknown before and after', async () => {
  const { watches: opened, synced } = open(true);
  expect([opened.secretVersion(key), opened.podsWithoutLabel('default')]).toEqual([{ kind: 'unwatched' }, undefined]);
  opened.keep(namespaces(1));
  await eventually(() => synced.includes('default') && opened.secretVersion(key).kind !== 'unwatched');
  expect([opened.secretVersion(key), opened.podsWithoutLabel('default')]).toEqual([{ kind: 'absent' }, []]);
  const made = await direct.create(secrets, { metadata: key });
  await eventually(() => opened.secretVersion(key).kind === 'present');
  expect(opened.secretVersion(key)).toEqual({ kind: 'present', resourceVersion: made.metadata.resourceVersion });
  await direct.delete(secrets, key);
  opened.keep(new Set());
  expect([opened.secretVersion(key), opened.podsWithoutLabel('default')]).toEqual([{ kind: 'unwatched' }, undefined]);
}, 30_000);

test('of more than twenty namespaces one watch of all takes over, and stays', async () => {
  const { watches: opened, synced, secretPaths } = open(true);
  opened.keep(namespaces(20));
  await eventually(() => synced.length === 20);
  expect(secretPaths()).not.toContain('/api/v1/secrets');
  opened.keep(namespaces(21));
  await eventually(() => synced.includes(undefined));
  opened.keep(namespaces(1));
  expect(secretPaths()).toHaveLength(21);
  expect(opened.podsWithoutLabel('default')).toEqual([]);
}, 30_000);

test('a controller of some namespaces watches each of them alone, however many they are', async () => {
  const { watches: opened, synced, secretPaths } = open(false);
  opened.keep(namespaces(22));
  await eventually(() => synced.length === 22);
  expect(secretPaths()).toHaveLength(22);
  expect(secretPaths()).not.toContain('/api/v1/secrets');
}, 30_000);
