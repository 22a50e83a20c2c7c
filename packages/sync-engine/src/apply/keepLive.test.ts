import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openTracer } from '../testing/faults.ts';
import { readTree, temporaryFolder, writeTree } from '../testing/trees.ts';

test('where every hard link is refused, that of the lock too, what goes is copied, and goes all the same', () => {
  using tracer = openTracer();
  using folder = temporaryFolder();
  const [source, target] = [`${folder.path}/source`, `${folder.path}/target`];
  writeTree(source, { 'a.txt': 'new' });
  writeTree(`${target}/conf`, { 'a.txt': 'old', 'left.txt': 'left by the gateway' });
  // As Java sets it, in whole milliseconds: a number of seconds is only almost the same.
  execFileSync('touch', ['-d', '2026-03-04T05:06:07.123Z', `${target}/conf/left.txt`]);
  symlinkSync('nowhere', `${target}/conf/link`);
  const end = tracer.run({ action: 'sync', source, target }, 'link:error=EPERM');
  expect([end.injected, end.code]).toEqual([true, 0]);
  expect(readTree(target)).toEqual({ 'conf/a.txt': 'new' });
  const kept = Object.values(readTree(`${target}/.stoker/snapshots`));
  expect(kept).toEqual(expect.arrayContaining(['old', 'left by the gateway', '-> nowhere']));
});
