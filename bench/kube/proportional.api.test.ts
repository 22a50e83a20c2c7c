// The short form of the bench: that work goes with what there is and what has changed, counted in calls, never in time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type KubeClient, loadKubeConfig, openClient } from '@stoker/kube';
import { changeObjects, createObjects } from './load.ts';
import { type Command, type Mode, ours, startProgram } from './startProgram.ts';

const objects = 1_200;
const changes = 100;
const namespace = 'bench-proportional';
let folder: string;
let program: Command;
let client: KubeClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'));
  program = ours(folder);
  client = openClient(loadKubeConfig());
  await createObjects(client, namespace, objects);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (mode: Mode) =>
  startProgram(program, { mode, namespace, objects, kubeconfig: process.env['KUBECONFIG'] ?? '' });

test('a list and its watch are one request, however many objects there are', async () => {
  const running = start('cache');
  await running.cached;
  expect(await running.end()).toMatchObject({ requests: 1, reconciles: 0 });
}, 30_000);

test('each object is reconciled once, and then once for each change', async () => {
  const running = start('read');
  await running.reconciled;
  const sent = await changeObjects(client, { namespace, prefix: 'change', count: changes, perSecond: 200 });
  await setTimeout(3000);
  const { at, ...counts } = await running.end();
  expect(counts).toEqual({ requests: 1, reconciles: objects + changes });
  // Writes of different objects may overtake each other.
  expect(Object.keys(at).toSorted()).toEqual([...sent.keys()].toSorted());
}, 30_000);

test('a reconcile that applies one object is one request', async () => {
  const running = start('write');
  await running.reconciled;
  expect(await running.end()).toMatchObject({ requests: 1 + objects, reconciles: objects });
}, 60_000);
