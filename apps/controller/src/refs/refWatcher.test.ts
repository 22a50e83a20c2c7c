import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { parseRepositoryUrl, type ResolvedRef } from '@stoker/gitref';
import type { RefRequest } from './refRequest.ts';
import { createRefWatcher, type RefWatcher } from './refWatcher.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

function request(changes: Partial<RefRequest> = {}): RefRequest {
  const url = parseRepositoryUrl('https://git.example.com/plant.git', 'cluster');
  return { remote: { url, credentials: { kind: 'none' } }, ref: 'main', pollIntervalMs: 60_000, ...changes };
}

function remoteOf(url: string): RefRequest['remote'] {
  return { url: parseRepositoryUrl(url, 'cluster'), credentials: { kind: 'none' } };
}

const resolved: ResolvedRef = { commit: a as ResolvedRef['commit'], kind: 'branch', fullName: undefined };

/** A git server whose `main` is where the test puts it. */
function server(commit: string) {
  const state: { commit: string; error: unknown; asked: number; delayMs: number } = {
    commit,
    error: undefined,
    asked: 0,
    delayMs: 5,
  };
  const resolve = async (): Promise<ResolvedRef> => {
    state.asked++;
    const answer = state.commit;
    await new Promise((done) => setTimeout(done, state.delayMs));
    if (state.error !== undefined) throw state.error;
    return { commit: answer as ResolvedRef['commit'], kind: 'branch', fullName: 'refs/heads/main' };
  };
  return { state, resolve };
}

const watchers: RefWatcher[] = [];
function watch(git: ReturnType<typeof server>) {
  const changes: string[][] = [];
  const watcher = createRefWatcher({
    resolve: git.resolve,
    onChange: (keys) => changes.push([...keys]),
    random: () => 0.5,
    now: () => Date.now(),
  });
  watchers.push(watcher);
  return { watcher, changes };
}

afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.stop();
  jest.useRealTimers();
});

describe('a followed ref', () => {
  test('is asked for once for all who follow it', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher, changes } = watch(git);
    for (let index = 0; index < 1000; index++) watcher.follow(`ns/${index}`, request());
    await jest.advanceTimersByTimeAsync(10);
    expect(git.state.asked).toBe(1);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toHaveLength(1000);
    expect(watcher.follow('ns/0', request()).resolved?.commit).toBe(a);
  });

  test('is asked for apart with other credentials', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher } = watch(git);
    const { url } = request().remote;
    watcher.follow('ns/1', request());
    watcher.follow('ns/2', request({ remote: { url, credentials: { kind: 'token', token: 'x' } } }));
    await jest.advanceTimersByTimeAsync(10);
    expect(git.state.asked).toBe(2);
  });

  test('is asked for again every interval, and only news is passed on', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher, changes } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(61_000);
    expect(git.state.asked).toBe(2);
    expect(changes).toHaveLength(1);
    git.state.commit = b;
    await jest.advanceTimersByTimeAsync(61_000);
    expect(changes).toHaveLength(2);
  });

  test('keeps its commit through a failure, and says once that it failed and once that it is over', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher, changes } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    git.state.error = new StokerError('no connection', { reason: 'GitUnreachable', class: 'transient' });
    await jest.advanceTimersByTimeAsync(70_000);
    expect(git.state.asked).toBeGreaterThan(3);
    expect(watcher.follow('ns/1', request())).toMatchObject({
      resolved: { commit: a },
      error: { reason: 'GitUnreachable' },
    });
    expect(changes).toHaveLength(2);
    git.state.error = undefined;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(changes).toHaveLength(3);
    expect(watcher.follow('ns/1', request()).error).toBeUndefined();
  });

  test('whose server hangs keeps no other server from being asked', async () => {
    jest.useFakeTimers();
    const watcher = createRefWatcher({
      resolve: ({ url }) =>
        url.host === 'hangs.example.com' ? new Promise(() => undefined) : Promise.resolve(resolved),
      onChange: () => undefined,
    });
    watchers.push(watcher);
    const hanging = remoteOf('https://hangs.example.com/x');
    for (let index = 0; index < 100; index++)
      watcher.follow(`ns/${index}`, request({ remote: hanging, ref: `b${index}` }));
    watcher.follow('ns/fine', request());
    await jest.advanceTimersByTimeAsync(10);
    expect(watcher.follow('ns/fine', request()).resolved?.commit).toBe(a);
  });

  test.each([
    ['repositories of its server', 8, (index: number) => remoteOf(`https://git.example.com/plant-${index}`)],
    ['refs of its repository', 4, () => remoteOf('https://git.example.com/plant')],
  ])('is one of many %s: they are asked for a few at a time', async (_name, limit, remote) => {
    jest.useFakeTimers();
    let open = 0;
    let most = 0;
    const watcher = createRefWatcher({
      resolve: async () => {
        most = Math.max(most, ++open);
        await new Promise((done) => setTimeout(done, 5));
        open--;
        return resolved;
      },
      onChange: () => undefined,
    });
    watchers.push(watcher);
    const requests = Array.from({ length: 100 }, (_, index) => request({ remote: remote(index), ref: `b${index}` }));
    for (const [index, wanted] of requests.entries()) watcher.follow(`ns/${index}`, wanted);
    await jest.advanceTimersByTimeAsync(200);
    expect(most).toBe(limit);
    expect(watcher.follow('ns/99', request({ remote: remote(99), ref: 'b99' })).resolved?.commit).toBe(a);
  });

  describe.each<[string, (index: number) => RefRequest]>([
    ['eight other repositories', (index) => request({ remote: remoteOf(`https://git.example.com/hangs-${index}`) })],
    [
      'eight refs of another',
      (index) => request({ remote: remoteOf('https://git.example.com/hangs'), ref: `${index}` }),
    ],
    [
      'eight refs by a proxy that is dead',
      (index) => request({ remote: { ...request().remote, proxy: 'http://hangs:3128' }, ref: `${index}` }),
    ],
  ])('whose server lets %s hang', (_name, hanging) => {
    const timeout = new StokerError('no answer', { reason: 'GitUnreachable', class: 'transient' });
    /** As the resolver does, every question ends after its deadline. */
    function watchHanging() {
      const asked: number[] = [];
      const watcher = createRefWatcher({
        resolve: ({ url, proxy }, _ref, { timeoutMs }) => {
          if (!`${url.href} ${proxy}`.includes('hangs')) {
            asked.push(Date.now());
            return Promise.resolve(resolved);
          }
          return new Promise((_, reject) => setTimeout(() => reject(timeout), timeoutMs));
        },
        onChange: () => undefined,
        random: () => 0.5,
      });
      watchers.push(watcher);
      for (let index = 0; index < 8; index++) watcher.follow(`ns/${index}`, hanging(index));
      return { watcher, asked };
    }

    test('is known in seconds all the same', async () => {
      jest.useFakeTimers();
      const { watcher } = watchHanging();
      watcher.follow('ns/fine', request());
      await jest.advanceTimersByTimeAsync(3_000);
      expect(watcher.follow('ns/fine', request()).resolved?.commit).toBe(a);
    });

    test('is asked for at once from then on, however often the others are tried again', async () => {
      jest.useFakeTimers();
      const { watcher, asked } = watchHanging();
      watcher.follow('ns/fine', request());
      await jest.advanceTimersByTimeAsync(40_000);
      for (let round = 0; round < 30; round++) {
        const before = asked.length;
        watcher.poke('ns/fine', b);
        await jest.advanceTimersByTimeAsync(300);
        expect(asked.length).toBeGreaterThan(before);
        await jest.advanceTimersByTimeAsync(31_000);
      }
    });
  });

  test('is no longer asked for when nobody follows it', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    watcher.unfollow('ns/1');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(git.state.asked).toBe(1);
  });
});

describe('a push event', () => {
  test('makes a server that still answers the old commit be asked again until it moves', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher, changes } = watch(git);
    watcher.follow('ns/1', request({ pollIntervalMs: undefined }));
    await jest.advanceTimersByTimeAsync(10);
    watcher.poke('ns/1', b);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(changes).toHaveLength(1);
    git.state.commit = b;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(watcher.follow('ns/1', request({ pollIntervalMs: undefined })).resolved?.commit).toBe(b);
  });

  test('is believed for 30 s and no longer', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher } = watch(git);
    watcher.follow('ns/1', request({ pollIntervalMs: undefined }));
    await jest.advanceTimersByTimeAsync(10);
    watcher.poke('ns/1', b);
    await jest.advanceTimersByTimeAsync(40_000);
    const { asked } = git.state;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(git.state.asked).toBe(asked);
    expect(watcher.follow('ns/1', request({ pollIntervalMs: undefined })).resolved?.commit).toBe(a);
  });

  test('delivered ten thousand times in a minute asks the server no oftener than four times a second', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    for (let index = 0; index < 10_000; index++) {
      watcher.poke('ns/1');
      await jest.advanceTimersByTimeAsync(6);
    }
    expect(git.state.asked).toBeLessThanOrEqual(250);
    expect(git.state.asked).toBeGreaterThan(10);
  });

  test.each([
    ['while it is waited for the next attempt', 0],
    ['while the server is being asked', 50],
  ])('to a repository that fails starts the back-off again, %s', async (_name, delayMs) => {
    jest.useFakeTimers();
    const git = server(a);
    git.state.error = new StokerError('no connection', { reason: 'GitUnreachable', class: 'transient' });
    const { watcher } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(3_600_000);
    git.state.delayMs = delayMs;
    expect(watcher.follow('ns/1', request()).attempt).toBeGreaterThan(10);
    watcher.poke('ns/1');
    await jest.advanceTimersByTimeAsync(1);
    watcher.poke('ns/1');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(watcher.follow('ns/1', request()).attempt).toBeLessThanOrEqual(3);
    git.state.error = undefined;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(watcher.follow('ns/1', request()).resolved?.commit).toBe(a);
  });

  test('that announces what is known already asks nobody', async () => {
    jest.useFakeTimers();
    const git = server(a);
    const { watcher } = watch(git);
    watcher.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    watcher.poke('ns/1', a);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(git.state.asked).toBe(1);
  });
});
