import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@stoker/logging';
import { readRefused, writeRefused } from './refusedRelease.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-refused-'));
  mkdirSync(join(folder, '.stoker'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = createLogger({ app: 'agent', level: 'error' });
const refused = { releaseId: 'r2', commit: 'abc', request: undefined, message: 'in quarantine', sinceMs: 5 };

test('a refusal is remembered until it is removed, and leaves nothing behind', async () => {
  expect(await readRefused(folder, log)).toBeUndefined();
  await writeRefused(folder, { ...refused, request: 'now' });
  await writeRefused(folder, refused);
  expect(await readRefused(folder, log)).toEqual(refused);
  await writeRefused(folder, undefined);
  await writeRefused(folder, undefined);
  expect([await readRefused(folder, log), readdirSync(join(folder, '.stoker'))]).toEqual([undefined, []]);
});

test.each([
  '{"releaseId',
  '[]',
  'null',
  '{"releaseId":"r2"}',
  '{"releaseId":"r2","commit":"c","message":"m","sinceMs":1e99}',
])('what is damaged counts as none: %s', async (text) => {
  writeFileSync(join(folder, '.stoker/refused.json'), text);
  expect(await readRefused(folder, log)).toBeUndefined();
});
