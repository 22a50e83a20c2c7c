import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { parseRepositoryUrl } from '@stoker/gitref';
import { createInstallationTokens, type InstallationTokens, type TokenRequest } from './installationTokens.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

function request(changes: Partial<TokenRequest['app']> = {}, repo = 'https://github.com/acme/plant.git'): TokenRequest {
  const app = { appId: 1, installationId: 2, privateKey: 'key', ...changes };
  return { app, repository: { url: parseRepositoryUrl(repo, 'cluster') } };
}

/** A GitHub that counts what it is asked, and numbers its tokens. */
function world() {
  const state: { asked: number; error: unknown } = { asked: 0, error: undefined };
  const changes: string[][] = [];
  const outcomes: unknown[] = [];
  const tokens = createInstallationTokens({
    mint: async () => {
      state.asked++;
      await new Promise((done) => setTimeout(done, 5));
      if (state.error !== undefined) throw state.error;
      return { token: `token-${state.asked}`, lifetimeMs: hourMs };
    },
    onChange: (keys) => changes.push([...keys]),
    onMinted: ({ error }) => outcomes.push(error),
    random: () => 0.5,
  });
  opened.push(tokens);
  return { state, changes, outcomes, tokens };
}

const opened: InstallationTokens[] = [];
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  for (const tokens of opened.splice(0)) tokens.stop();
  jest.useRealTimers();
});

const outage = new StokerError('no connection', { reason: 'GitUnreachable', class: 'transient' });

test('one token is minted for all who need the same, and they are told', async () => {
  const { tokens, state, changes } = world();
  for (let index = 0; index < 100; index++) {
    expect(tokens.follow(`ns/${index}`, request())).toEqual({ token: undefined, error: undefined });
  }
  await jest.advanceTimersByTimeAsync(10);
  expect(state.asked).toBe(1);
  expect(changes).toHaveLength(1);
  expect(changes[0]).toHaveLength(100);
  expect(tokens.follow('ns/0', request())).toEqual({ token: 'token-1', error: undefined });
});

test.each<[string, TokenRequest]>([
  ['repository', request({}, 'https://github.com/acme/mill.git')],
  ['key', request({ privateKey: 'another' })],
  ['installation', request({ installationId: 3 })],
  ['App', request({ appId: 3 })],
  ['API', request({ apiBaseURL: 'https://github.example.com/api/v3' })],
])('another %s has a token of its own', async (_what, other) => {
  const { tokens, state } = world();
  tokens.follow('ns/1', request());
  tokens.follow('ns/2', other);
  await jest.advanceTimersByTimeAsync(10);
  expect(state.asked).toBe(2);
});

test('it is minted again at half its life, and not before', async () => {
  const { tokens, state, changes } = world();
  tokens.follow('ns/1', request());
  await jest.advanceTimersByTimeAsync(29 * minuteMs);
  tokens.follow('ns/1', request());
  expect(state.asked).toBe(1);
  await jest.advanceTimersByTimeAsync(2 * minuteMs);
  expect(state.asked).toBe(2);
  expect(changes).toHaveLength(2);
  expect(tokens.follow('ns/1', request()).token).toBe('token-2');
});

describe('without GitHub', () => {
  test('the token that is still good is kept, asked for again with back-off, and followed by the next', async () => {
    const { tokens, state } = world();
    tokens.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    state.error = outage;
    await jest.advanceTimersByTimeAsync(55 * minuteMs);
    expect(tokens.follow('ns/1', request())).toEqual({ token: 'token-1', error: outage });
    expect(state.asked).toBeGreaterThan(8);
    expect(state.asked).toBeLessThan(20);
    state.error = undefined;
    await jest.advanceTimersByTimeAsync(6 * minuteMs);
    expect(tokens.follow('ns/1', request())).toEqual({ token: `token-${state.asked}`, error: undefined });
  });

  test('it is given up once it has expired, with what GitHub last said', async () => {
    const { tokens, state } = world();
    tokens.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(10);
    state.error = outage;
    await jest.advanceTimersByTimeAsync(hourMs + minuteMs);
    expect(tokens.follow('ns/1', request())).toEqual({ token: undefined, error: outage });
  });

  test('only another reason is news', async () => {
    const { tokens, state, changes, outcomes } = world();
    state.error = outage;
    tokens.follow('ns/1', request());
    await jest.advanceTimersByTimeAsync(minuteMs);
    expect(outcomes.length).toBeGreaterThan(3);
    expect(changes).toHaveLength(1);
    state.error = new StokerError('no', { reason: 'AuthenticationFailed', class: 'stalled' });
    await jest.advanceTimersByTimeAsync(2 * minuteMs);
    expect(changes).toHaveLength(2);
  });
});

test.each([
  ['forward', 2 * hourMs, undefined],
  ['back', -2 * hourMs, 'token-1'],
])('a clock that is set %s stops nothing', async (_how, byMs, meanwhile) => {
  const { tokens, state } = world();
  tokens.follow('ns/1', request());
  await jest.advanceTimersByTimeAsync(10);
  jest.setSystemTime(Date.now() + byMs);
  expect(tokens.follow('ns/1', request()).token).toBe(meanwhile);
  await jest.advanceTimersByTimeAsync(31 * minuteMs);
  expect(state.asked).toBeGreaterThan(1);
  expect(tokens.follow('ns/1', request()).token).toBe(`token-${state.asked}`);
});

test('what nobody follows any more is not minted again', async () => {
  const { tokens, state } = world();
  tokens.follow('ns/1', request());
  tokens.follow('ns/2', request());
  await jest.advanceTimersByTimeAsync(10);
  tokens.unfollow('ns/1');
  tokens.follow('ns/2', request({ privateKey: 'rotated' }));
  await jest.advanceTimersByTimeAsync(10);
  expect(state.asked).toBe(2);
  tokens.unfollow('ns/2');
  await jest.advanceTimersByTimeAsync(10 * hourMs);
  expect(state.asked).toBe(2);
});

test('an API that hangs keeps no other from being asked, nor the same one on another way', async () => {
  const hanging = 'https://hangs.example.com/api/v3';
  const tokens = createInstallationTokens({
    mint: ({ apiBaseURL }, { proxy }) =>
      apiBaseURL === hanging && proxy === undefined
        ? new Promise(() => undefined)
        : Promise.resolve({ token: 'token', lifetimeMs: hourMs }),
    onChange: () => undefined,
    onMinted: () => undefined,
  });
  opened.push(tokens);
  for (let index = 0; index < 100; index++)
    tokens.follow(`ns/${index}`, request({ apiBaseURL: hanging, installationId: index }));
  const { app, repository } = request({ apiBaseURL: hanging });
  const byProxy = { app, repository: { ...repository, proxy: 'http://proxy:3128' } };
  tokens.follow('ns/fine', request());
  tokens.follow('ns/proxy', byProxy);
  await jest.advanceTimersByTimeAsync(10);
  expect(tokens.follow('ns/fine', request()).token).toBe('token');
  expect(tokens.follow('ns/proxy', byProxy).token).toBe('token');
});
