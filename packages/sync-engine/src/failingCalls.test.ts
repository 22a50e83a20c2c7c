import { afterAll, expect, test } from '@jest/globals';
import { recover } from './index.ts';
import { openTracer, sample } from './testing/faults.ts';
import type { ChildEnd, FaultPoint } from './testing/faults.ts';
import { leaveHalfway, spoilStage } from './testing/halfway.ts';
import { copyTarget, expectConverges, expectNoMixture, expectOldOrNew, setStage } from './testing/stage.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

/** All fault points instead of a sample take their time: STOKER_FAULT_POINTS=all. */
const timeoutMs = process.env['STOKER_FAULT_POINTS'] === 'all' ? 3_600_000 : 120_000;

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

const named = ({ call, nth }: FaultPoint): string => `${call} ${nth}`;
const failing = (code: string, { call, nth }: Pick<FaultPoint, 'call' | 'nth'>): string =>
  `${call}:error=${code}:when=${nth}`;

/** What the user sees of each error of the system; docs/faults.md says it too. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'StorageFull',
  EDQUOT: 'StorageFull',
  EROFS: 'TargetReadOnly',
  EACCES: 'TargetReadOnly',
  EPERM: 'TargetReadOnly',
  EBUSY: 'TargetUnsafe',
  EXDEV: 'TargetUnsafe',
  EIO: 'TargetIOError',
  EINTR: 'TargetIOError',
  EMFILE: 'TargetIOError',
  ESTALE: 'TargetIOError',
};

/** Undefined where there is none: the call that failed was not needed, or the process was ended by it. */
function reasonOf({ stderr, signal }: ChildEnd): string | undefined {
  const line = stderr.split('\n').find((text) => text.startsWith('{"'));
  return line === undefined || signal === 'SIGABRT' ? undefined : String(JSON.parse(line).reason);
}

/** Each of these calls on a path of the source, counted for its path alone. */
function callsInSource(points: readonly FaultPoint[], call: string, source: string): { path: string; nth: number }[] {
  const counts = new Map<string, number>();
  return points.flatMap((point) => {
    const path = /[<"]([^<>"]+)[>"]/.exec(point.line.replace(/^openat\(AT_FDCWD<[^>]*>/, ''))?.[1];
    if (point.call !== call || !path?.startsWith(source)) return [];
    const nth = (counts.get(path) ?? 0) + 1;
    counts.set(path, nth);
    return [{ path, nth }];
  });
}

test.each([
  ['ENOSPC', 'sync', /./],
  ['EIO', 'sync', /./],
  ['EROFS', 'sync', /./],
  ['EACCES', 'sync', /./],
  ['EINTR', 'sync', /./],
  ['EMFILE', 'sync', /^openat$/],
  ['ESTALE', 'sync', /./],
  ['EIO', 'revert', /./],
  ['EIO', 'sync', /^(unlinkat|rmdir|unlink)$/],
  ['EBUSY', 'sync', /^(rename|unlink)$/],
  ['EXDEV', 'sync', /^(rename|link)$/],
  ['EXDEV', 'revert', /^(rename|link)$/],
] as const)(
  'a system call that fails with %s in a %s leaves the old tree and an error, or the new one (%s)',
  async (code, action, calls) => {
    using stage = await setStage();
    const start = action === 'sync' ? stage.target : stage.synced;
    const [old, wanted] = action === 'sync' ? [stage.before, stage.after] : [stage.after, stage.before];
    const run = { action, source: stage.source };
    const points = tracer.run({ ...run, target: start() }).points.filter(({ call }) => calls.test(call));
    const seen = new Set<string | undefined>();
    let injected = 0;
    // At the end the work is done already: a call that fails there must not say otherwise.
    for (const point of new Set([...sample(points, 7), ...sample(points.slice(-40), 5)])) {
      const target = start();
      const end = tracer.run({ ...run, target }, failing(code, point));
      injected += end.injected ? 1 : 0;
      seen.add(reasonOf(end));
      // A point right at the end may hit the event loop's own pipe, where Node aborts: a crash, not an error.
      const promised = end.signal === 'SIGABRT' ? readTree(target) : end.code === 0 ? wanted : old;
      expect([named(point), readTree(target)]).toEqual([named(point), promised]);
      await recover(target, { holder: 'another' });
      expectOldOrNew(target, stage);
      await expectConverges(target, stage);
    }
    expect(injected).toBeGreaterThanOrEqual(4);
    // What fails in the source has a reason of its own.
    expect([undefined, reasons[code], 'SourceIOError']).toEqual(expect.arrayContaining([...seen]));
  },
  timeoutMs,
);

// The source is listed, read to be hashed, and read again to be staged.
test.each([
  ['EIO', 'getdents64', 'list', undefined],
  ['EIO', 'read', 'read', undefined],
  ['ESTALE', 'openat', '(list|read)', undefined],
  ['EACCES', 'openat', '(list|read)', 'give this user read access to the source'],
])(
  'in the source, %s of a %s is told by its path, and nothing is deleted for what was not seen',
  async (code, call, doing, hint) => {
    using stage = await setStage();
    const run = { action: 'sync', source: stage.source } as const;
    const points = callsInSource(tracer.run({ ...run, target: stage.target() }).points, call, stage.source);
    expect(points.length).toBeGreaterThan(6);
    for (const { path, nth } of sample(points, 6)) {
      const target = stage.target();
      const end = tracer.run({ ...run, target, path }, failing(code, { call, nth }));
      expect(end.trace).toContainEqual(expect.stringMatching(new RegExp(`^${call}\\(.*\\(INJECTED\\)$`)));
      const error = JSON.parse(end.stderr) as { readonly message: string };
      expect(error).toMatchObject({ reason: 'SourceIOError', ...(hint && { hint }) });
      expect(error.message).toMatch(new RegExp(`^cannot ${doing} "[a-z/.]+" of the source: ${code}$`));
      expect(readTree(target)).toEqual(stage.before);
      await expectConverges(target, stage);
    }
  },
  timeoutMs,
);

// Node itself gives such an error without a code.
test.each([
  ['EROFS', 'TargetReadOnly', 'EROFS'],
  ['ENOSPC', 'StorageFull', 'ENOSPC'],
  ['EIO', 'TargetIOError', '(Input/output error|EIO)'],
])('%s while what an earlier sync left is removed is told as %s', async (code, reason, said) => {
  using stage = await setStage();
  const target = stage.target();
  writeTree(`${target}/.stoker/stage`, { 'left-over/file': '' });
  const end = tracer.run({ action: 'sync', source: stage.source, target }, `unlinkat:error=${code}:when=1`);
  expect(end.trace).toContainEqual(expect.stringMatching(/^unlinkat\(.*left-over.*\(INJECTED\)$/));
  expect(JSON.parse(end.stderr)).toMatchObject({ reason, message: expect.stringMatching(new RegExp(`: ${said}$`)) });
  expect(readTree(target)).toEqual(stage.before);
  await expectConverges(target, stage);
});

// A rename that was interrupted is done again by Node.
test.each(Object.entries(reasons).filter(([code]) => code !== 'EINTR'))(
  'a rename in the target that fails with %s is told as %s',
  async (code, reason) => {
    using stage = await setStage();
    const target = stage.target();
    // What is renamed before the target is: two files of the working folder.
    const end = tracer.run({ action: 'sync', source: stage.source, target }, `rename:error=${code}:when=3`);
    expect([end.injected, reasonOf(end)]).toEqual([true, reason]);
    expect(end.stderr).toContain(code);
    expect(readTree(target)).toEqual(stage.before);
  },
  timeoutMs,
);

test.each(['finishes', 'undoes'])(
  'a system call that fails in a recovery that %s leaves nothing half-done, and the next recovery ends it',
  async (direction) => {
    using stage = await setStage();
    const run = { source: stage.source };
    const master = leaveHalfway(tracer, stage.target(), stage.target(), { ...run, action: 'sync' });
    if (direction === 'undoes') spoilStage(master);
    const recovery = { ...run, action: 'recover' } as const;
    const points = tracer.run({ ...recovery, target: copyTarget(master, `${master}-whole`) }).points;
    const seen = new Set<string | undefined>();
    let injected = 0;
    for (const [index, point] of sample(points, 12).entries()) {
      const target = copyTarget(master, `${master}-${index}`);
      const code = ['EIO', 'ENOSPC', 'EROFS', 'EINTR'][index % 4] ?? '';
      const end = tracer.run({ ...recovery, target }, failing(code, point));
      injected += end.injected ? 1 : 0;
      const reason = reasonOf(end);
      seen.add(reason);
      expect([named(point), code, [undefined, reasons[code]].includes(reason)]).toEqual([named(point), code, true]);
      expectNoMixture(target, stage);
      await recover(target, { holder: 'another' });
      expectOldOrNew(target, stage);
      await expectConverges(target, stage);
    }
    expect(injected).toBeGreaterThanOrEqual(10);
    expect(seen.size).toBeGreaterThan(1);
  },
  timeoutMs,
);

test.each([
  'syncfs:error=EIO',
  'syncfs:error=ENOSPC',
  'syncfs:signal=SIGKILL',
  'fsync:error=EIO',
  'fsync:error=ENOSPC',
])(
  'a sync of more files than are made durable one by one, with %s each time, ends whole or not at all',
  async (injection) => {
    using folder = temporaryFolder();
    const [source, target] = [`${folder.path}/source`, `${folder.path}/target`];
    const treeOf = (text: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`conf/${index}/file`, `${text} ${index}`]));
    const [before, after] = [treeOf('old'), treeOf('new')];
    writeTree(target, before);
    writeTree(source, Object.fromEntries(Object.entries(after).map(([path, text]) => [path.slice(5), text])));
    const end = tracer.run({ action: 'sync', source, target }, injection);
    expect([end.injected, end.code]).toEqual([true, injection.startsWith('syncfs') ? 0 : 1]);
    expect(readTree(target)).toEqual(end.code === 0 ? after : before);
    // Where there is no telling for all files at once, each is asked for by itself.
    const fsyncs = end.trace.filter((line) => line.startsWith('fsync(')).length;
    expect(fsyncs >= 140 || end.code === 1).toBe(true);
  },
  timeoutMs,
);
