// The job of bench/kube with @stoker/kube: caches the ConfigMaps of a namespace, reconciles each of them, and tells what
// that took, as lines of JSON, as peers/kube does. Ends when its standard input does.
//
//   node ours.ts cache|read|write NAMESPACE OBJECTS
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import {
  type ClusterAccess,
  configMaps,
  createController,
  formatKey,
  keyOf,
  openClient,
  parseKey,
  startReflector,
} from '@stoker/kube';
import { milliseconds } from './monotonic.ts';

const [mode, namespace = '', objects] = process.argv.slice(2);
const startedAt = milliseconds();
let requests = 0;
let reconciles = 0;
let firstAt = 0;
/** At what time each change was first reconciled. */
const seen: Record<string, number> = {};

const client = openClient(accessAsInAPod(), { userAgent: 'bench' });

const reflector = startReflector({
  client,
  type: configMaps,
  namespace,
  onDelta: ({ before, after }) => {
    const object = after ?? before;
    if (object && mode !== 'cache') controller.queue.add(formatKey(keyOf(object)));
  },
  onError: (error) => console.error(error),
});

const controller = createController({
  name: 'bench',
  workers: 20,
  reconcile: async (key, signal) => {
    const calledAt = milliseconds();
    const { name } = parseKey(key);
    const object = reflector.store.get({ namespace, name });
    if (mode === 'write') {
      const copy = { metadata: { namespace: `${namespace}-out`, name }, data: { writer: String(process.pid) } };
      await client.apply(configMaps, copy, { fieldManager: 'bench', signal });
    }
    note(object?.data?.['change'], calledAt);
    return { kind: 'done' };
  },
  onError: (key, error) => console.error(key, error),
});

await reflector.synced();
say({ event: 'cached', ms: milliseconds() - startedAt, peakBytes: peakBytes() });
if (mode !== 'cache') controller.start();
process.stdin.resume();
await once(process.stdin, 'end');
say({ event: 'seen', at: seen, reconciles, requests });
await reflector.stop();
await controller.stop();

function note(change: string | undefined, calledAt: number): void {
  reconciles += 1;
  if (reconciles === 1) firstAt = calledAt;
  if (reconciles === Number(objects)) say({ event: 'reconciled', ms: milliseconds() - firstAt });
  if (change !== undefined) seen[change] ??= calledAt;
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}

/** What a pod has, an address, a token and a CA bundle: a kubeconfig would cost memory that no controller in a pod needs. */
function accessAsInAPod(): ClusterAccess {
  const { clusters, users } = JSON.parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const agent = new Agent({ keepAlive: true, ca: Buffer.from(authority, 'base64') });
  const headers = { authorization: `Bearer ${users[0].user.token}` };
  return {
    namespace: async () => undefined,
    connect: async () => {
      requests += 1;
      return { server: new URL(server), agent, headers };
    },
  };
}

/** Of this process alone: what `getrusage` answers begins with the memory of the one that started it. */
function peakBytes(): number {
  const [, kibibytes = ''] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
