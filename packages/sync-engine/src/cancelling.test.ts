import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sync } from './index.ts';
import { memoryRequest, refusal } from './testing/requests.ts';
import { readTree, temporaryFolder } from './testing/trees.ts';

describe('cancelling', () => {
  test.each(['list', 'stage'])('in the phase %s stops with everything as it was', async (phase) => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, { 'a.txt': 'a' }));
    const controller = new AbortController();
    const onProgress = (progress: { phase: string }): void => {
      if (progress.phase === phase) controller.abort();
    };
    const asked = memoryRequest(folder.path, { 'a.txt': 'new', 'b.txt': 'b' });
    expect(await refusal(asked, { signal: controller.signal, onProgress })).toMatchObject({ reason: 'Cancelled' });
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'a' });
    expect(readdirSync(join(folder.path, '.stoker/stage'))).toEqual([]);
  });

  test('after the first rename comes too late: the sync finishes', async () => {
    using folder = temporaryFolder();
    const controller = new AbortController();
    const onProgress = ({ phase, done }: { phase: string; done: number }): void => {
      if (phase === 'apply' && done === 1) controller.abort();
    };
    const report = await sync(memoryRequest(folder.path, { a: 'a', b: 'b' }), {
      signal: controller.signal,
      onProgress,
    });
    expect(report.outcome).toBe('synced');
    expect(readTree(folder.path)).toEqual({ 'conf/a': 'a', 'conf/b': 'b' });
  });

  test('by beforeApply keeps its error and leaves everything as it was', async () => {
    using folder = temporaryFolder();
    const seen: unknown[] = [];
    const beforeApply = async (plan: { counts: unknown }): Promise<void> => {
      seen.push(plan.counts);
      throw Object.assign(new Error('the gateway says no'), { code: 'ECONNREFUSED', syscall: 'connect' });
    };
    await expect(sync(memoryRequest(folder.path, { a: 'a' }), { beforeApply })).rejects.toThrow('the gateway says no');
    expect(seen).toEqual([{ added: 1, modified: 0, deleted: 0, unchanged: 0 }]);
    expect(readTree(folder.path)).toEqual({});
    await sync(memoryRequest(folder.path, { a: 'a' }));
    await sync(memoryRequest(folder.path, { a: 'a' }), { beforeApply });
    expect(seen).toHaveLength(1);
  });
});
