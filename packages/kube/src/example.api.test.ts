import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { configMaps } from './resourceTypes.ts';
import { eventually } from './testing/eventually.ts';
import { openNamespace } from './testing/realServer.ts';

const folder = join(import.meta.dirname, '..');
let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

test('the controller of the README does what it says, and ends when it is told to', async () => {
  const { client, namespace } = await openNamespace();
  const program = join(folder, 'examples/controller.ts');
  child = spawn(process.execPath, ['--conditions=@stoker/source', program], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  const original = { metadata: { namespace, name: 'one', labels: { copy: 'true' } }, data: { a: '1' } };
  const { uid } = (await client.create(configMaps, original)).metadata;
  const copy = () => client.find(configMaps, { namespace, name: 'one-copy' });
  const copied = async () => (await copy())?.data;
  await eventually(async () => (await copied())?.['a'] === '1');
  expect((await copy())?.metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid }]);
  await client.mergePatch(configMaps, original.metadata, { data: { a: null, b: '2' } });
  await eventually(async () => (await copied())?.['b'] === '2');
  expect(await copied()).toEqual({ b: '2' });
  await client.delete(configMaps, original.metadata);
  await eventually(async () => (await copied()) === undefined);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
}, 60_000);

test('the README shows exactly that program, in 40 lines', () => {
  const example = readFileSync(join(folder, 'examples/controller.ts'), 'utf8');
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(example);
});
