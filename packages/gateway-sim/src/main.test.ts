import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { makeValidDataFolder, type DataFolder } from './testing/dataFolder.ts';

jest.setTimeout(30_000);

let folder: DataFolder;
let child: ChildProcess;
beforeEach(() => {
  folder = makeValidDataFolder();
});
afterEach(() => {
  child.kill('SIGKILL');
  folder.remove();
});

/** Starts the program; `ended` gives its exit code and what it wrote. */
function run(...args: string[]) {
  const main = join(import.meta.dirname, 'main.ts');
  const flags = [`--data-dir=${folder.path}`, '--host=127.0.0.1', '--http-port=0', '--https-port=0', '--start-ms=0'];
  child = spawn(process.execPath, ['--conditions=@stoker/source', main, ...flags, ...args], { stdio: 'pipe' });
  let output = '';
  const written = (text: string) => {
    output += text;
    child.emit('written');
  };
  child.stdout?.setEncoding('utf8').on('data', written);
  child.stderr?.setEncoding('utf8').on('data', written);
  return {
    ended: once(child, 'close').then(([code]: unknown[]) => ({ code, output })),
    async says(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        await once(child, 'written');
      }
    },
  };
}

test('the program runs until it is told to end', async () => {
  const program = run();
  const [, url = ''] = await program.says(/running at (http:\S+)/);
  expect(await (await fetch(new URL('/StatusPing', url))).json()).toEqual({ state: 'RUNNING' });
  child.kill('SIGTERM');
  const { code, output } = await program.ended;
  expect(code).toBe(0);
  expect(output).toContain('this is a simulated gateway, not Ignition');
});

test('the program ends with 1 and the reason where a gateway would not start', async () => {
  folder.write('config/resources/core/config-mode.json', '');
  expect(await run().ended).toMatchObject({ code: 1, output: expect.stringContaining('config-mode.json') });
});

test('the program ends with 1 when a restart finds the folder damaged', async () => {
  const program = run('--restart-ms=1');
  const [, url = ''] = await program.says(/running at (http:\S+)/);
  folder.write('config/resources/core/config-mode.json', '');
  await fetch(new URL('/sim/restart', url), { method: 'POST' });
  expect(await program.ended).toMatchObject({ code: 1, output: expect.stringContaining('config-mode.json') });
});
