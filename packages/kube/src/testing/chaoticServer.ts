import type { ServerResponse } from 'node:http';
import { type ScriptedServer, startScriptedServer, type Step } from './scriptedServer.ts';
import { seeded } from './seeded.ts';
import { type End, failed, type Line, listOf, object, refusal, type TestObject, truncated, watchOf } from './steps.ts';

export interface ChaoticServer extends Pick<ScriptedServer, 'access' | 'close'> {
  /** Creates, changes, deletes or re-creates one object at random. */
  mutate(): void;
  /** From now on everything works. */
  calm(): void;
  /** `name@version` of all objects. */
  readonly objects: readonly string[];
}

/** What is remembered of the past; whoever asks for more is told 410. */
const historyLength = 40;
const pageSize = 7;

/** An API server with a state of its own, which fails in every way it can, in an order that the seed decides. */
export async function startChaoticServer(seed: number): Promise<ChaoticServer> {
  const random = seeded(seed);
  const pick = <T>(first: T, ...others: readonly T[]): T =>
    others[Math.floor(random() * (others.length + 1)) - 1] ?? first;
  const objects = new Map<string, TestObject>();
  const watchers = new Set<ServerResponse>();
  let history: { readonly version: number; readonly line: Line }[] = [];
  let version = 100;
  let incarnation = 0;
  let isCalm = false;

  const record = (type: string, item: TestObject) => {
    history = [...history, { version, line: [type, item] as const }].slice(-historyLength);
    for (const watcher of watchers) {
      watcher.write(`${JSON.stringify({ type, object: item })}\n`);
      if (!isCalm && random() < 0.05) cut(watcher);
    }
  };
  const cut = (watcher: ServerResponse) => {
    watchers.delete(watcher);
    const half = pick('', '{"type":"ADDED","obj', '{"type":"BROKEN\n');
    watcher.write(half, () => watcher.destroy());
  };
  const mutate = () => {
    const name = `object-${Math.floor(random() * 30)}`;
    const before = objects.get(name);
    version += 1 + Math.floor(random() * 3);
    if (before && random() < 0.4) {
      objects.delete(name);
      return record('DELETED', { metadata: { ...before.metadata, resourceVersion: String(version) } });
    }
    const uid = before?.metadata.uid ?? `uid-${incarnation++}`;
    const item = object(name, String(version), uid);
    objects.set(name, item);
    record(before ? 'MODIFIED' : 'ADDED', item);
  };

  const list = (query: Readonly<Record<string, string>>): Step => {
    const [listVersion, start] = (query['continue'] ?? `${version}:0`).split(':').map(Number) as [number, number];
    // A real server shows the old state on later pages; this one has forgotten it as soon as anything has changed.
    if (listVersion !== version) return refusal(410, 'Expired');
    const page = [...objects.values()].slice(start, start + pageSize);
    const rest = start + pageSize < objects.size ? `${version}:${start + pageSize}` : undefined;
    return listOf(page, String(version), rest);
  };
  const watch = (query: Readonly<Record<string, string>>): Step => {
    const from = Number(query['resourceVersion']);
    const oldest = history[0]?.version ?? version;
    if (from < oldest && history.length === historyLength) {
      return pick(refusal(410, 'Expired'), watchOf([failed(410, 'Expired')]));
    }
    const missed = history.filter((event) => event.version > from).map(({ line }) => line);
    const some = missed.slice(0, Math.ceil(random() * missed.length));
    const end = pick<End>('closed', 'cut', 'cut mid-line', 'broken line');
    if (!isCalm && random() < 0.4) return pick(watchOf(some, end), watchOf([...some, failed(500, 'InternalError')]));
    return (response, request) => {
      watchOf(missed)(response, request);
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
    };
  };
  const answer: Step = (response, request) => {
    // The scripted server takes one step a request: the next one is this one again.
    server.plan(answer);
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://127.0.0.1').searchParams);
    const works = query['watch'] ? watch(query) : list(query);
    const fails = pick(refusal(500, 'InternalError'), refusal(429, 'TooManyRequests', 1), truncated({ items: [] }));
    (isCalm || random() < 0.7 ? works : fails)(response, request);
  };
  const server = await startScriptedServer(answer);
  // A quiet watch would look dead to a fast clock.
  const beating = setInterval(() => {
    if (isCalm) for (const watcher of watchers) watcher.write(`${JSON.stringify({ type: 'BOOKMARK', object: {} })}\n`);
  }, 20);
  return {
    access: server.access,
    close: async () => {
      clearInterval(beating);
      await server.close();
    },
    mutate,
    calm: () => {
      isCalm = true;
    },
    get objects() {
      return [...objects.values()].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
    },
  };
}
