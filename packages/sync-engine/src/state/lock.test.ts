import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import { openFolder } from '../disk/openFolder.ts';
import type { Folder } from '../disk/openFolder.ts';
import { openTracer } from '../testing/faults.ts';
import type { ChildEnd } from '../testing/faults.ts';
import { setStage } from '../testing/stage.ts';
import { temporaryFolder } from '../testing/trees.ts';
import { inspectLock, takeLock } from './lock.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: Folder;
beforeEach(() => {
  temporary = temporaryFolder();
  folder = openFolder(temporary.path);
});
afterEach(() => {
  folder.close();
  temporary[Symbol.dispose]();
});

const lockPath = (): string => join(temporary.path, 'lock');
const foreign = { holder: 'pod-1', process: 'another-boot pid:[1] 7', pid: 1, token: 't', beats: 0 };
const elsewhere = `${JSON.stringify(foreign)}\n`;

async function reasonFor(holder: string, observeMs = 200): Promise<string> {
  try {
    (await takeLock(folder, { holder, observeMs })).release();
  } catch (error) {
    return describeError(error).reason;
  }
  return 'taken';
}

/** Another process that holds the lock until its input ends. */
async function startHolder(holder: string): Promise<{ end(signal: NodeJS.Signals): Promise<void> }> {
  const program = `
    import { openFolder } from './disk/openFolder.ts';
    import { takeLock } from './state/lock.ts';
    await takeLock(openFolder(${JSON.stringify(temporary.path)}), { holder: ${JSON.stringify(holder)} });
    console.log('held');
    process.stdin.resume();`;
  const flags = ['--conditions=@stoker/source', '--input-type=module-typescript', '--eval', program];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, flags, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async end(signal) {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

describe('the lock', () => {
  test('is held by one at a time and gone when released', async () => {
    const lock = await takeLock(folder, { holder: 'me' });
    expect(await reasonFor('me')).toBe('LockHeld');
    expect(await reasonFor('another')).toBe('LockHeld');
    expect(inspectLock(lockPath())).toEqual({ holder: 'me', alive: true });
    lock.release();
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  test('of a live process of this machine is not taken, whoever asks, and is once that is gone', async () => {
    const child = await startHolder('me');
    expect([await reasonFor('me'), await reasonFor('another')]).toEqual(['LockHeld', 'LockHeld']);
    await child.end('SIGKILL');
    expect(await reasonFor('another', 60_000)).toBe('taken');
  });

  test('of the same holder elsewhere is taken over at once', async () => {
    writeFileSync(lockPath(), elsewhere);
    expect(await reasonFor('pod-1', 60_000)).toBe('taken');
  });

  test.each([
    ['of another holder elsewhere', elsewhere],
    ['that is damaged', '{"hold'],
  ])('%s is taken over when it does not change', async (_name, content) => {
    writeFileSync(lockPath(), content);
    expect(await reasonFor('pod-2')).toBe('taken');
  });

  test('of another holder elsewhere stays its own while it changes', async () => {
    writeFileSync(lockPath(), elsewhere);
    const attempt = reasonFor('pod-2', 60_000);
    await sleep(50);
    writeFileSync(lockPath(), `${JSON.stringify({ ...foreign, beats: 1 })}\n`);
    expect(await attempt).toBe('LockHeld');
    expect(inspectLock(lockPath())).toEqual({ holder: 'pod-1', alive: undefined });
  });

  test('of another holder elsewhere is taken as soon as that releases it', async () => {
    writeFileSync(lockPath(), elsewhere);
    const attempt = reasonFor('pod-2', 60_000);
    await sleep(50);
    rmSync(lockPath());
    expect(await attempt).toBe('taken');
  });

  test('that is released right after it was found taken is not waited for', async () => {
    using tracer = openTracer();
    using stage = await setStage();
    const run = { action: 'sync', source: stage.source, target: stage.target() } as const;
    const looks = ({ trace }: ChildEnd): number => trace.filter((line) => /^openat\(.*\/lock",/.test(line)).length;
    const end = tracer.run(run, 'link:error=EEXIST:when=1');
    expect([end.injected, end.code]).toEqual([true, 0]);
    // Whoever watches a lock looks at it ten times a second for ten seconds; a beat looks once a second.
    expect(looks(end)).toBeLessThan(30);
  });

  test('whose beat fails while its holder waits ends nothing, and the next beat says what is wrong', async () => {
    const lock = await takeLock(folder, { holder: 'me' });
    const { token } = JSON.parse(readFileSync(lockPath(), 'utf8')) as { readonly token: string };
    mkdirSync(`${lockPath()}.${token}`);
    await sleep(50);
    const stopBeating = lock.keepBeating();
    await sleep(1200);
    stopBeating();
    expect(() => lock.beat()).toThrow('cannot lock ".stoker": EISDIR');
    expect(lock.isLost()).toBe(false);
    lock.release();
  });

  test('shows a beat at most every second, and tells when it was lost', async () => {
    const lock = await takeLock(folder, { holder: 'me' });
    const before = readFileSync(lockPath(), 'utf8');
    lock.beat();
    expect(readFileSync(lockPath(), 'utf8')).toBe(before);
    await sleep(1010);
    lock.beat();
    expect(readFileSync(lockPath(), 'utf8')).not.toBe(before);
    writeFileSync(lockPath(), elsewhere);
    await sleep(1010);
    expect(() => lock.beat()).toThrow('"pod-1"');
    expect(lock.isLost()).toBe(true);
    lock.release();
    expect(inspectLock(lockPath())).toEqual({ holder: 'pod-1', alive: undefined });
  });
});
