import { afterAll, describe, expect, test } from '@jest/globals';
import { openTracer } from './testing/faults.ts';
import { setStage } from './testing/stage.ts';
import { temporaryFolder, writeTree } from './testing/trees.ts';

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

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

  test('by a revert', async () => {
    using stage = await setStage();
    const { trace } = tracer.run({ action: 'revert', source: stage.source, target: stage.synced() });
    const changed = ['rename', 'unlink', 'rename', 'fsync', 'rename manifest', 'fsync', 'unlink journal', 'fsync'];
    expect(steps(trace)).toEqual(['link', ...prepared, ...changed]);
  });

  test('by a sync of many files in many folders, with one syncfs instead of an fsync each', () => {
    using folder = temporaryFolder();
    const names = Array.from({ length: 70 }, (_, index) => `${index}/file`);
    writeTree(`${folder.path}/source`, Object.fromEntries(names.map((name) => [name, name])));
    const { trace } = tracer.run({ action: 'sync', source: `${folder.path}/source`, target: `${folder.path}/target` });
    const whole = ['syncfs', 'fsync', 'rename journal', 'fsync'];
    const changed = ['rename', 'syncfs', 'fsync', 'rename manifest', 'fsync', 'rename applied', 'fsync'];
    expect(steps(trace)).toEqual(['fsync', ...whole, ...changed]);
    expect(trace.filter((line) => line.startsWith('fsync(')).length).toBeLessThan(20);
  });
});
