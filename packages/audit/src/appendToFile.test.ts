import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAuditRecord } from '@stoker/crd-types';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { entry, eventually, openAudited } from './testing/audited.ts';

const run = promisify(execFile);
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stoker-audit-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function messages(file = path): Promise<readonly (string | undefined)[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => parseAuditRecord(line).message);
}

test('a file that nobody else may read has the lines of standard output', async () => {
  const { audit, printed } = openAudited({ file: { path } });
  for (const message of ['one', 'two']) audit.record({ ...entry, message });
  await audit.close(10_000);
  expect(await readFile(path, 'utf8')).toBe(printed());
  expect(await messages()).toEqual(['one', 'two']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('half a line that a killed process has left spoils no other', async () => {
  await appendFile(path, '{"schema":1,"stre');
  const { audit } = openAudited({ file: { path } });
  audit.record({ ...entry, message: 'one' });
  await audit.close(10_000);
  const lines = (await readFile(path, 'utf8')).split('\n');
  expect(lines.slice(1).filter((line) => line !== '')).toEqual([expect.stringContaining('"message":"one"')]);
});

test('a full file makes room for the next, and the oldest goes', async () => {
  const { audit } = openAudited({ file: { path, maxBytes: 400, keep: 2 } });
  for (const message of ['one', 'two', 'three', 'four']) {
    audit.record({ ...entry, message: message.padEnd(200, '.') });
    await eventually(() => expect(audit.counts[0]?.queuedBytes).toBe(0));
  }
  await audit.close(10_000);
  expect((await readdir(folder)).toSorted()).toEqual(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2']);
  const found = await Promise.all([`${path}.2`, `${path}.1`, path].map((file) => messages(file)));
  expect(found.flat().map((message) => message?.replaceAll('.', ''))).toEqual(['two', 'three', 'four']);
});

test('whoever moves the file away finds a new one', async () => {
  const { audit } = openAudited({ file: { path } });
  audit.record({ ...entry, message: 'one' });
  await eventually(() => expect(audit.counts[0]?.delivered).toBe(1));
  await rename(path, `${path}.kept`);
  audit.record({ ...entry, message: 'two' });
  await audit.close(10_000);
  expect([await messages(`${path}.kept`), await messages()]).toEqual([['one'], ['two']]);
});

test('a disk that is full takes whole lines or none, and what had no room is told once there is some', async () => {
  // A file system of its own, in a mount namespace of its own: the disk of nobody else is filled.
  const program = fileURLToPath(new URL('./testing/fillDisk.ts', import.meta.url));
  const script = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" --conditions=@stoker/source "$3" "$1"';
  const { stdout } = await run('unshare', ['-rm', 'sh', '-c', script, 'sh', folder, process.execPath, program]);
  const { whileFull, lost, lines } = JSON.parse(stdout) as {
    readonly whileFull: readonly string[];
    readonly lost: number;
    readonly lines: readonly string[];
  };
  const first = whileFull.filter((line) => line !== '').map((line) => parseAuditRecord(line).message);
  expect(first[0]).toBe('before');
  expect(first.length).toBeLessThan(20);
  expect(lost).toBeGreaterThan(0);
  const records = lines.map(parseAuditRecord);
  const told = records.filter(({ action }) => action === 'loss').reduce((sum, record) => sum + (record.lost ?? 0), 0);
  expect(told).toBe(lost);
  expect(records.filter(({ action }) => action !== 'loss')).toHaveLength(1 + 20 - lost + 1);
}, 30_000);
