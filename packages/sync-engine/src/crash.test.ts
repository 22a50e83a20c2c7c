import { cpSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { recover, sync } from './index.ts';
import { changesSomething, runTraced, sample } from './testing/faults.ts';
import type { FaultPoint } from './testing/faults.ts';
import { requestFor } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

/** All fault points instead of a sample take their time: STOKER_FAULT_POINTS=all. */
const timeoutMs = process.env['STOKER_FAULT_POINTS'] === 'all' ? 3_600_000 : 120_000;

/** Adds, changes, deletes, an execute bit, a file that becomes a folder and a folder that becomes a file. */
const oldSource = {
  'same.txt': 'same',
  'changed.json': '{"version":1}',
  'gone/deep/gone.txt': 'gone',
  'tool.sh': 'run',
  'swap/a': 'a file that becomes a folder',
  'swap/b/one': 'one',
  'swap/b/two': 'two',
};
const newSource = {
  'same.txt': 'same',
  'changed.json': '{"version":2}',
  'new/deep/new.txt': 'new',
  'tool.sh*': 'run',
  'swap/a/inside': 'inside',
  'swap/b': 'a folder that became a file',
};

interface Stage extends Disposable {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly source: string;
  /** A fresh copy of a target that has the old release, a stranger in a mirrored folder, and one beside it. */
  target(): string;
}

async function setStage(): Promise<Stage> {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  writeTree(at('old'), oldSource);
  writeTree(at('new'), newSource);
  writeTree(at('master'), { 'beside.txt': 'not managed' });
  await sync(requestFor(at('old'), at('master')));
  writeTree(at('master'), { 'conf/stranger/left.txt': 'left by the gateway' });
  cpSync(at('master'), at('expected'), { recursive: true, preserveTimestamps: true });
  await sync(requestFor(at('new'), at('expected')));
  let count = 0;
  return {
    before: readTree(at('master')),
    after: readTree(at('expected')),
    source: at('new'),
    target() {
      const target = at(`target-${(count += 1)}`);
      cpSync(at('master'), target, { recursive: true, preserveTimestamps: true });
      return target;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** While a sync is cut short: every file is the old or the new one, and nothing else is there. */
function expectNoMixture(target: string, { before, after }: Stage): void {
  for (const [path, content] of Object.entries(readTree(target))) {
    if (path.endsWith('/')) continue;
    expect([before[path], after[path]]).toContain(content);
  }
}

function expectOldOrNew(target: string, { before, after }: Stage): void {
  const tree = readTree(target);
  expect(tree).toEqual('conf/new/deep/new.txt' in tree ? after : before);
}

async function expectConverges(target: string, stage: Stage): Promise<void> {
  await sync(requestFor(stage.source, target));
  expect(readTree(target)).toEqual(stage.after);
  expect((await sync(requestFor(stage.source, target))).outcome).toBe('unchanged');
}

const named = (point: FaultPoint): string => `${point.call} ${point.nth}`;

describe('a sync that is killed', () => {
  test(
    'leaves every file old or new, and recover makes the tree exactly the old or the new one',
    async () => {
      using stage = await setStage();
      const run = { action: 'sync', source: stage.source } as const;
      const points = runTraced({ ...run, target: stage.target() }).points.filter(changesSomething);
      expect(points.length).toBeGreaterThan(50);
      const recovered = new Map<string, number>();
      let killed = 0;
      for (const point of sample(points, 50)) {
        const target = stage.target();
        const end = runTraced({ ...run, target }, `${point.call}:signal=SIGKILL:when=${point.nth}`);
        // The number of calls before the work begins varies by one now and then: the last point may lie past the end.
        expect([named(point), end.signal ?? end.code]).toEqual([named(point), end.code === 0 ? 0 : 'SIGKILL']);
        killed += end.signal === 'SIGKILL' ? 1 : 0;
        expectNoMixture(target, stage);
        const outcome = await recover(target, { holder: 'another' });
        recovered.set(outcome, (recovered.get(outcome) ?? 0) + 1);
        expectOldOrNew(target, stage);
        await expectConverges(target, stage);
      }
      expect(killed).toBeGreaterThan(45);
      expect(recovered.get('finished')).toBeGreaterThan(5);
      expect(recovered.get('nothing')).toBeGreaterThan(5);
    },
    timeoutMs,
  );

  test(
    'recovers also when the recovery is killed, in either direction',
    async () => {
      using stage = await setStage();
      const halfway = (loseStage: boolean): string => {
        const target = stage.target();
        const points = runTraced({ action: 'sync', source: stage.source, target: stage.target() }).points;
        const renames = points.filter(({ call }) => call === 'rename');
        const point = renames[Math.floor(renames.length / 2)];
        runTraced({ action: 'sync', source: stage.source, target }, `rename:signal=SIGKILL:when=${point?.nth}`);
        if (loseStage)
          writeTree(`${target}/.stoker/stage`, Object.fromEntries(stagedNames(target).map((name) => [name, 'x'])));
        return target;
      };
      for (const loseStage of [false, true]) {
        const master = halfway(loseStage);
        const copy = (name: string): string => {
          const target = `${master}-${name}`;
          cpSync(master, target, { recursive: true, preserveTimestamps: true });
          return target;
        };
        const run = { action: 'recover', source: stage.source } as const;
        const whole = runTraced({ ...run, target: copy('whole') });
        expect(readTree(`${master}-whole`)).toEqual(loseStage ? stage.before : stage.after);
        for (const point of sample(whole.points.filter(changesSomething), 10)) {
          const target = copy(named(point));
          runTraced({ ...run, target }, `${point.call}:signal=SIGKILL:when=${point.nth}`);
          expectNoMixture(target, stage);
          await recover(target, { holder: 'another' });
          expectOldOrNew(target, stage);
          await expectConverges(target, stage);
        }
      }
    },
    timeoutMs,
  );
});

describe('a system call that fails', () => {
  test.each([
    ['ENOSPC', /./],
    ['EIO', /./],
    ['EROFS', /./],
    ['EACCES', /./],
    ['EBUSY', /^(rename|unlink)$/],
    ['EXDEV', /^rename$/],
  ])(
    'with %s leaves the old tree and an error, or the new one',
    async (code, calls) => {
      using stage = await setStage();
      const run = { action: 'sync', source: stage.source } as const;
      const points = runTraced({ ...run, target: stage.target() }).points.filter(({ call }) => calls.test(call));
      for (const point of sample(points, 7)) {
        const target = stage.target();
        const end = runTraced({ ...run, target }, `${point.call}:error=${code}:when=${point.nth}`);
        expect([named(point), end.stderr.includes('InternalError')]).toEqual([named(point), false]);
        // A point right at the end may hit the event loop's own pipe, where Node aborts: a crash, not an error.
        const promised = end.signal === 'SIGABRT' ? readTree(target) : end.code === 0 ? stage.after : stage.before;
        expect([named(point), readTree(target)]).toEqual([named(point), promised]);
        await recover(target, { holder: 'another' });
        expectOldOrNew(target, stage);
        await expectConverges(target, stage);
      }
    },
    timeoutMs,
  );
});

test('nothing is renamed before it and the journal are on the disk, and the journal goes last', async () => {
  using stage = await setStage();
  const { trace } = runTraced({ action: 'sync', source: stage.source, target: stage.target() });
  const steps = trace
    .filter((line) => /^(fsync|rename|link|unlink)\(/.test(line) && !line.includes('= -1') && !line.includes('lock'))
    .map((line) => /^(\w+)\(/.exec(line)?.[1] + (/(journal|manifest|index)(?!\.)[^"]*"\) /.exec(line)?.[1] ?? ''));
  const order = steps.filter((step, index) => step !== steps[index - 1]);
  const stagedAndIndexed = ['fsync', 'renameindex', 'fsync', 'renamejournal', 'fsync'];
  const keptThenChanged = ['link', 'fsync', 'unlink', 'rename', 'unlink', 'fsync'];
  expect(order).toEqual([...stagedAndIndexed, ...keptThenChanged, 'renamemanifest', 'fsync', 'unlinkjournal', 'fsync']);
});

function stagedNames(target: string): string[] {
  return readdirSync(`${target}/.stoker/stage`);
}
