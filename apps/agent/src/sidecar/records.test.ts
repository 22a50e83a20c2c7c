import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@stoker/logging';
import { openFolder } from './openFolder.ts';
import { readRecord, writeRecord } from './records.ts';
import { initialState } from './state.ts';
import { createStateCell } from './stateCell.ts';
import { podUID } from './testing/fixtures.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-records-'));
  mkdirSync(join(folder, '.stoker'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const name = 'refused.json';
const at = (file: string) => join(folder, '.stoker', file);

function listen() {
  const stream = new PassThrough();
  const log = createLogger({ app: 'agent', level: 'warn', stream });
  return { log, said: () => String(stream.read() ?? '') };
}

const oddities: readonly [string, (path: string) => void][] = [
  ['a folder with something in it', (path) => mkdirSync(join(path, 'inside'), { recursive: true })],
  ['a FIFO', (path) => spawnSync('mkfifo', [path])],
  [
    'a link to a file elsewhere',
    (path) => {
      writeFileSync(join(folder, 'elsewhere'), '{}');
      symlinkSync('../elsewhere', path);
    },
  ],
  ['a link to nowhere', (path) => symlinkSync('nowhere', path)],
  ['half a line', (path) => writeFileSync(path, '{"releaseId')],
  [
    'more than anybody wrote',
    (path) => {
      writeFileSync(path, '{}');
      truncateSync(path, 64 * 1024 * 1024);
    },
  ],
];

describe.each(oddities)('%s in the place of a record', (_what, make) => {
  test('counts as none, is told, and gives way to the next record', async () => {
    make(at(name));
    const { log, said } = listen();
    expect(await readRecord(folder, name, log)).toBeUndefined();
    expect(said()).toContain(`.stoker/${name}`);
    make(at(`${name}.new`));
    await writeRecord(folder, name, { releaseId: 'r2' });
    expect([await readRecord(folder, name, log), said()]).toEqual([{ releaseId: 'r2' }, '']);
  });

  test('can be removed like any other', async () => {
    make(at(name));
    await writeRecord(folder, name, undefined);
    expect(existsSync(at(name))).toBe(false);
  });

  test('keeps nobody from opening the folder', async () => {
    make(at(name));
    const cell = createStateCell(initialState(podUID));
    const worker = { open: async () => ({ recovered: 'nothing', release: undefined, syncedAt: undefined }) as const };
    const { log, said } = listen();
    await openFolder({ cell, environment: { dataDirectory: folder, podUID }, worker, log, started: () => true });
    expect(cell.state).toMatchObject({ opened: true, failure: undefined, refused: undefined });
    expect(said()).toContain('damaged file in the working folder');
  });
});
