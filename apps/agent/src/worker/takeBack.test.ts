import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { directorySource, sync } from '@stoker/sync-engine';
import { takeBack } from './takeBack.ts';

const holder = 'pod-1';
const hooks = { signal: new AbortController().signal, beforeApply: async () => undefined };
let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-take-back-'));
  target = join(folder, 'data');
  mkdirSync(join(folder, 'git'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the folder hold a release whose one file says its id. */
async function syncTo(id: string): Promise<void> {
  writeFileSync(join(folder, 'git', 'view.txt'), id);
  const source = directorySource(join(folder, 'git'));
  const mappings = [{ source: '.', destination: 'projects' }];
  await sync({ source, target, mappings, release: { id, ref: 'main', commit: '1'.repeat(40) }, holder });
}

test('what was taken back already, by a thread that died before it could say so, is not taken back once more', async () => {
  for (const id of ['r1', 'r2', 'r3']) await syncTo(id);
  const job = { target, holder, leave: 'r3' };
  const first = await takeBack(job, hooks);
  const second = await takeBack(job, hooks);
  expect([first, second]).toMatchObject([
    { release: { id: 'r2' }, changed: 1 },
    { release: { id: 'r2' }, changed: 0 },
  ]);
  expect(readFileSync(join(target, 'projects', 'view.txt'), 'utf8')).toBe('r2');
});
