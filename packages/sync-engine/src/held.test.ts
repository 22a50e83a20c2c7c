import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { recoverState } from './apply/recoverState.ts';
import { recover } from './index.ts';
import { lockHeld } from './state/lock.ts';
import { openState } from './state/stateFolder.ts';
import { syncError } from './syncError.ts';
import { openTracer } from './testing/faults.ts';
import { leaveHalfway, spoilStage } from './testing/halfway.ts';
import { memoryRequest, refusal } from './testing/requests.ts';
import { expectConverges, expectOldOrNew, setStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

function halfway(stage: Stage, direction: string): string {
  const target = leaveHalfway(tracer, stage.target(), stage.target(), { action: 'sync', source: stage.source });
  if (direction === 'undone') spoilStage(target);
  return target;
}

/** Recovers with a lock whose every beat fails. */
function recoverWith(target: string, error: Error): string {
  const state = openState(target);
  const beat = (): void => {
    throw error;
  };
  try {
    return recoverState(state, { beat });
  } finally {
    state.close();
  }
}

describe.each(['finished', 'undone'])('an interrupted sync that is %s', (direction) => {
  test('shows meanwhile that the target is held, however long that takes', async () => {
    using stage = await setStage();
    const target = halfway(stage, direction);
    // A beat is due after a second. The first rename takes the dead process's lock away.
    const slow = 'rename:delay_enter=1100000:when=2';
    const { trace, code } = tracer.run({ action: 'recover', source: stage.source, target }, slow);
    expect(code).toBe(0);
    expect(trace.filter((line) => /^rename\(.*\/lock\.[0-9a-f]+", ".*\/lock"/.test(line)).length).toBeGreaterThan(0);
    expectOldOrNew(target, stage);
  });

  test('is so also where no beat can be written', async () => {
    using stage = await setStage();
    const target = halfway(stage, direction);
    expect(recoverWith(target, syncError('StorageFull', 'cannot lock ".stoker": ENOSPC'))).toBe(direction);
    expectOldOrNew(target, stage);
    await expectConverges(target, stage);
  });

  test('is left to whoever has taken the target meanwhile', async () => {
    using stage = await setStage();
    const target = halfway(stage, direction);
    expect(() => recoverWith(target, lockHeld('another'))).toThrow('another sync holds the target: "another"');
    expect(await recover(target, { holder: 'another' })).toBe(direction);
    expectOldOrNew(target, stage);
  });
});

test('a sync whose target is taken while what is staged goes to the disk changes nothing, and leaves no journal', async () => {
  using folder = temporaryFolder();
  const [bin, target] = [join(folder.path, 'bin'), join(folder.path, 'target')];
  const lock = join(target, '.stoker/lock');
  const foreign = JSON.stringify({
    holder: 'another',
    process: 'another-boot pid:[1] 7',
    pid: 1,
    token: 't',
    beats: 0,
  });
  writeTree(target, { 'conf/1.txt': 'old' });
  writeTree(bin, { 'sync*': `#!/bin/sh\necho '${foreign}' > '${lock}'\n` });
  const tree = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}.txt`, `new ${index}`]));
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path}`;
  try {
    expect(await refusal(memoryRequest(target, tree))).toMatchObject({ reason: 'LockHeld' });
  } finally {
    process.env['PATH'] = path;
  }
  expect(readTree(target)).toEqual({ 'conf/1.txt': 'old' });
  expect(existsSync(join(target, '.stoker/journal'))).toBe(false);
});
