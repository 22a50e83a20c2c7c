import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadKubeConfig } from './loadKubeConfig.ts';

const before = process.env['KUBECONFIG'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = before;
});

/** A kubeconfig of one cluster and one user, each called so. */
function write(file: string, { called = file, namespace }: { readonly called?: string; readonly namespace: string }) {
  const path = join(folder, file);
  const config = {
    clusters: [{ name: called, cluster: { server: `https://${file}.example.com/` } }],
    users: [{ name: called, user: { token: file } }],
    contexts: [{ name: called, context: { cluster: called, user: called, namespace } }],
    'current-context': called,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

async function whereTo(...files: readonly string[]) {
  process.env['KUBECONFIG'] = files.join(delimiter);
  const access = loadKubeConfig();
  const { server, headers } = await access.connect();
  return [server.href, await access.namespace(), headers['Authorization']];
}

test('of several kubeconfigs the current context of the first is taken, as kubectl takes it', async () => {
  const [first, second] = [write('first', { namespace: 'north' }), write('second', { namespace: 'south' })];
  expect(await whereTo(first, second)).toEqual(['https://first.example.com/', 'north', 'Bearer first']);
  expect(await whereTo(second, first)).toEqual(['https://second.example.com/', 'south', 'Bearer second']);
  expect(await loadKubeConfig({ context: 'first' }).namespace()).toBe('north');
});

test('what several kubeconfigs call alike is that of the first', async () => {
  const first = write('first', { called: 'plant', namespace: 'north' });
  const second = write('second', { called: 'plant', namespace: 'south' });
  expect(await whereTo(first, second)).toEqual(['https://first.example.com/', 'north', 'Bearer first']);
});

test('of several kubeconfigs one that is not there is left out, and one alone is missed', async () => {
  const [first, missing] = [write('first', { namespace: 'north' }), join(folder, 'missing')];
  expect(await whereTo(missing, first)).toEqual(['https://first.example.com/', 'north', 'Bearer first']);
  process.env['KUBECONFIG'] = missing;
  expect(() => loadKubeConfig()).toThrow(`the kubeconfig ${missing} cannot be read`);
});

test('a context may name what another kubeconfig holds, whose certificates lie beside that', async () => {
  const [contexts, clusters] = [join(folder, 'contexts'), join(folder, 'keys/clusters')];
  const cluster = { server: 'https://plant.example.com/', 'certificate-authority': 'ca.crt' };
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys/ca.crt'), 'an authority');
  const plant = {
    clusters: [{ name: 'plant', cluster }],
    users: [{ name: 'operator', user: { token: 'of-the-operator' } }],
  };
  writeFileSync(clusters, JSON.stringify(plant));
  const context = { cluster: 'plant', user: 'operator', namespace: 'north' };
  writeFileSync(contexts, JSON.stringify({ contexts: [{ name: 'north', context }], 'current-context': 'north' }));
  expect(await whereTo(contexts, clusters)).toEqual(['https://plant.example.com/', 'north', 'Bearer of-the-operator']);
  const { agent } = await loadKubeConfig({ context: 'north' }).connect();
  expect(String((agent as Agent).options.ca)).toBe('an authority');
});

test('an empty kubeconfig names nothing, beside others and alone', async () => {
  const [empty, first] = [join(folder, 'empty'), write('first', { namespace: 'north' })];
  writeFileSync(empty, '\n');
  expect(await whereTo(empty, first)).toEqual(['https://first.example.com/', 'north', 'Bearer first']);
  process.env['KUBECONFIG'] = empty;
  await expect(loadKubeConfig().connect()).rejects.toThrow('the kubeconfig has no current context');
});
