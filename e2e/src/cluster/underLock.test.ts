import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let cache: string;
beforeEach(() => void (cache = mkdtempSync(join(tmpdir(), 'stoker-lock-'))));
afterEach(() => rmSync(cache, { recursive: true }));

/** A process that says "in" once it holds the lock, and keeps it until it is ended. */
function holder(): ChildProcess {
  const module = join(import.meta.dirname, 'underLock.ts');
  const code = `const { underLock } = await import(${JSON.stringify(module)});
    await underLock('setup', async () => { console.log('in'); await new Promise((end) => process.stdin.once('end', end).resume()); });`;
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  return spawn(process.execPath, ['--input-type=module', '--eval', code], { env, stdio: ['pipe', 'pipe', 'ignore'] });
}

function isIn(child: ChildProcess): Promise<unknown> {
  return new Promise((entered) => child.stdout?.once('data', entered));
}

test('a second process waits, and gets the lock when the first one is killed', async () => {
  const first = holder();
  await isIn(first);
  const second = holder();
  let entered = false;
  const secondIn = isIn(second).then(() => (entered = true));
  await new Promise((later) => setTimeout(later, 500));
  expect(entered).toBe(false);
  first.kill('SIGKILL');
  await secondIn;
  second.stdin?.end();
  expect(await new Promise((code) => second.once('exit', code))).toBe(0);
});
