import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** A service whose option says how it ends. */
const source = `
import { endProcess, invalidUsage, runProgram, toldToEnd } from '${join(import.meta.dirname, 'index.ts')}';
const logger = { info: (message) => console.log(message), error: (message) => console.log(message) };
const ways = {
  ends: async () => console.log('ended'),
  fails: () => Promise.reject(new Error('no')),
  hangs: () => new Promise(() => setInterval(() => undefined, 1000)),
};
await runProgram({
  name: 'service',
  version: '1.2.3',
  help: 'how to use it\\n',
  parseOptions: ([word]) => {
    if (word === '--help' || word === '--version') return word.slice(2);
    if (word === 'cannot' || ways[word]) return word;
    throw invalidUsage('no such word', 'try another');
  },
  run: async (word) => {
    const told = toldToEnd();
    if (word === 'cannot') throw new Error('it is not to be');
    setInterval(() => undefined, 1000);
    const giveUp = () => console.log('gives up');
    void told.then((signal) => endProcess({ signal, logger, withinMs: 300, stop: ways[word], giveUp }));
    process.kill(process.pid, 'SIGTERM');
  },
});
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-service-'));
  writeFileSync(join(folder, 'main.mjs'), source);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(word: string) {
  const child = spawn(process.execPath, ['--conditions=@stoker/source', join(folder, 'main.mjs'), word]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { stdout, stderr, code: code as unknown };
}

describe('a program', () => {
  test.each([
    ['--help', 'how to use it\n', '', 0],
    ['--version', '1.2.3\n', '', 0],
    ['nonsense', '', 'service: no such word; try another\n', 2],
    ['cannot', '', 'service: it is not to be\n', 1],
  ])('answers %s', async (word, stdout, stderr, code) => {
    expect(await run(word)).toEqual({ stdout, stderr, code });
  });

  test.each([
    ['when all has stopped', 'ends', 'stopping\nended\n', 0],
    ['when stopping fails', 'fails', 'stopping\nstopping failed\n', 1],
    ['when stopping takes too long', 'hangs', 'stopping\ngives up\n', 1],
  ])('that is told to end ends %s', async (_when, word, stdout, code) => {
    expect(await run(word)).toEqual({ stdout, stderr: '', code });
  });
});
