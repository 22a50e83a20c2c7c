import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLogger, createRedactor } from '@stoker/logging';
import { createMountsNotice, watchMounts } from './noticeMounts.ts';
import { createStateCell } from './stateCell.ts';
import { agent } from './testing/fixtures.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-mounts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = createLogger({ app: 'agent', level: 'error', redactor: createRedactor() });

/** As the kubelet does it: a folder of its own, and a link that is swapped. */
function exchange(version: string, labels: string): void {
  mkdirSync(join(folder, version));
  writeFileSync(join(folder, version, 'labels'), labels);
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

// Sooner than the next look.
test('an exchange of the files calls back at once', async () => {
  exchange('..1', 'line="one"');
  const exchanged = Promise.withResolvers<string>();
  const mounts = watchMounts([folder], { onChange: () => exchanged.resolve('called back'), log });
  exchange('..2', 'line="two"');
  expect(await exchanged.promise).toBe('called back');
  mounts.close();
}, 4_000);

test('a folder that cannot be watched is looked at every few seconds', () => {
  jest.useFakeTimers();
  let calls = 0;
  const mounts = watchMounts([join(folder, 'nowhere')], { onChange: () => calls++, log });
  jest.advanceTimersByTime(10_000);
  mounts.close();
  jest.advanceTimersByTime(10_000);
  jest.useRealTimers();
  expect(calls).toBe(2);
});

test('what cannot be read stays as it was, until it can', async () => {
  const cell = createStateCell(agent());
  const notice = createMountsNotice({ cell, paths: { credentials: folder, pod: folder }, log });
  const line = async (text: string) => {
    writeFileSync(join(folder, 'labels'), text);
    await notice();
    return cell.state.pod.labels['line'];
  };
  expect([await line('line="one"'), await line('line="tw'), await line('line="three"')]).toEqual([
    'one',
    'one',
    'three',
  ]);
});
