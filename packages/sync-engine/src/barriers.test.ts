import { afterAll, describe, expect, test } from '@jest/globals';
import { openTracer } from './testing/faults.ts';
import { callsOn, unsafeMoments } from './testing/durability.ts';
import type { TracedCall } from './testing/durability.ts';
import { setStage } from './testing/stage.ts';
import { temporaryFolder, writeTree } from './testing/trees.ts';

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

const manyFiles = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}/file`, `content ${index}`]));

/** The calls that make a state durable or change it, with the file of the working folder they are about; repeats once. */
function steps(trace: readonly string[]): string[] {
  const relevant = trace.filter(
    (line) => /^(fsync|syncfs|rename|link|unlink)\(/.test(line) && !/= -1|lock|\/syncs"/.test(line),
  );
  const named = relevant.map((line) => {
    const call = /^(\w+)\(/.exec(line)?.[1] ?? '';
    return [call, /(applied|journal|manifest|index)(?!\.)[^"]*"\) /.exec(line)?.[1] ?? ''].filter(Boolean).join(' ');
  });
  return named.filter((step, index) => step !== named[index - 1]);
}

describe('nothing is renamed before it and the journal are on the disk, and the journal goes last', () => {
  const prepared = ['fsync', 'rename index', 'fsync', 'rename journal', 'fsync', 'link', 'fsync'];

  test('by a sync', async () => {
    using stage = await setStage();
    const { trace } = tracer.run({ action: 'sync', source: stage.source, target: stage.target() });
    const changed = ['unlink', 'rename', 'unlink', 'fsync', 'rename manifest', 'fsync', 'rename applied', 'fsync'];
    expect(steps(trace)).toEqual(['fsync', 'link manifest', ...prepared, ...changed]);
  });

  test('nor is a copy, where hard links are refused, taken for kept before its content is', async () => {
    using stage = await setStage();
    // The first link is the lock's.
    const { trace } = tracer.run(
      { action: 'sync', source: stage.source, target: stage.target() },
      'link:error=EPERM:when=2+',
    );
    const calls = trace.filter((line) => /^(fsync|rename)\(/.test(line));
    const copies = calls.flatMap((line, index) => (line.includes('.part"') ? [index] : []));
    expect(copies.length).toBeGreaterThan(2);
    expect(copies.filter((index) => !calls[index - 1]?.startsWith('fsync('))).toEqual([]);
  });

  test('by a revert', async () => {
    using stage = await setStage();
    const { trace } = tracer.run({ action: 'revert', source: stage.source, target: stage.synced() });
    const changed = ['rename', 'unlink', 'rename', 'fsync', 'rename manifest', 'fsync', 'unlink journal', 'fsync'];
    expect(steps(trace)).toEqual(['link', ...prepared, ...changed]);
  });

  test('by a sync of many files in many folders, with one syncfs instead of an fsync each', () => {
    using folder = temporaryFolder();
    writeTree(`${folder.path}/source`, manyFiles);
    const { trace } = tracer.run({ action: 'sync', source: `${folder.path}/source`, target: `${folder.path}/target` });
    const whole = ['syncfs', 'fsync', 'rename journal', 'fsync'];
    const changed = ['rename', 'syncfs', 'fsync', 'rename manifest', 'fsync', 'rename applied', 'fsync'];
    expect(steps(trace)).toEqual(['fsync', ...whole, ...changed]);
    expect(trace.filter((line) => line.startsWith('fsync(')).length).toBeLessThan(20);
  });
});

describe('by name, a loss of power at any moment takes nothing that is relied on', () => {
  test.each([
    ['a sync', 'sync', []],
    ['a revert', 'revert', []],
    ['a sync that has to copy what it keeps', 'sync', ['link:error=EPERM:when=2+']],
    ['a sync that is undone', 'sync', ['rmdir:error=EIO:when=2']],
  ] as const)('of %s', async (_what, action, injections) => {
    using stage = await setStage();
    const target = action === 'sync' ? stage.target() : stage.synced();
    const calls = callsOn(target, tracer.run({ action, source: stage.source, target }, ...injections).trace);
    expect(unsafeMoments(calls)).toEqual([]);
    expect(calls.map(({ to }) => to)).toEqual(expect.arrayContaining(['.stoker/journal', 'conf/changed.json']));
  });

  test('of a sync of many files in many folders', () => {
    using folder = temporaryFolder();
    const [source, target] = [`${folder.path}/source`, `${folder.path}/target`];
    writeTree(source, manyFiles);
    const calls = callsOn(target, tracer.run({ action: 'sync', source, target }).trace);
    expect(unsafeMoments(calls)).toEqual([]);
    expect(withoutEach('syncfs', calls)).toEqual(['needed', 'needed']);
  });

  test('and leaving out an fsync of a file or folder is found out', async () => {
    using stage = await setStage();
    const target = stage.target();
    const calls = callsOn(target, tracer.run({ action: 'sync', source: stage.source, target }).trace);
    const found = withoutEach('fsync', calls);
    // Folders in which nothing changed that is still there, a second time, and what no later call relies on.
    const others = ['.stoker/snapshots/S', 'conf/swap/b', '', '.stoker/snapshots/S', '.stoker'];
    expect(found.filter((path) => path !== 'needed')).toEqual(others);
    expect(found.length).toBeGreaterThan(20);
  });
});

/** What each call of a kind is about, or `needed` where it would be unsafe to leave it out. */
function withoutEach(call: string, calls: readonly TracedCall[]): string[] {
  return calls.flatMap((one, index) => {
    if (one.call !== call) return [];
    return unsafeMoments(calls.toSpliced(index, 1)).length > 0 ? 'needed' : one.path;
  });
}
