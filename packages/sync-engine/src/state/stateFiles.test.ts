import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openFolder } from '../disk/openFolder.ts';
import { makeSocket, temporaryFolder } from '../testing/trees.ts';
import { readLines, readText, stateFileLimits, writeStateFile } from './stateFiles.ts';

const mib = 1024 * 1024;

/** So that lines and characters lie across the pieces in which a file is read. */
const text = fc
  .tuple(
    fc.constantFrom(0, 65_530, 131_070),
    fc.array(fc.constantFrom('a', '\n', 'é', '\u{1f642}', '\0'), { maxLength: 20 }),
  )
  .map(([filler, rest]) => 'x'.repeat(filler) + rest.join(''));

describe('a file of the working folder', () => {
  test('is read line by line as it would be whole', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    fc.assert(
      fc.property(text, (content) => {
        writeFileSync(path, content);
        expect([...readLines(path)]).toEqual(content.split('\n').slice(0, -1));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['more lines than there can be', 'a\nb\nc\nd\n', ['a', 'b', 'c']],
    ['a longer line than there can be', `a\n${'b'.repeat(11)}\nc\n`, ['a']],
    ['a longer last line than there can be', `a\n${'b'.repeat(11)}`, ['a']],
    ['more bytes than there can be', 'aaaa\n'.repeat(9), []],
  ])('with %s ends before that', (_what, content, lines) => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    writeFileSync(path, content);
    expect([...readLines(path, { bytes: 40, lines: 3, lineLength: 10 })]).toEqual(lines);
  });

  test.each([
    ['is missing', () => undefined],
    ['is a folder', (path: string) => mkdirSync(path)],
    ['is a link', (path: string) => symlinkSync('/etc/hostname', path)],
    ['is a FIFO', (path: string) => spawnSync('mkfifo', [path])],
    ['is a socket', makeSocket],
    ['is large', (path: string) => writeFileSync(path, `${'x'.repeat(65_536)}\n`)],
  ])('that %s has no text', (_what, make) => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    make(path);
    expect(readText(path)).toBeUndefined();
  });

  test('that would not be read back whole is not written', () => {
    using folder = temporaryFolder();
    const opened = openFolder(folder.path);
    writeStateFile(opened, 'journal', ['before\n']);
    const tooMuch = Array.from({ length: 5 }, () => '\n'.repeat(stateFileLimits.lines / 4));
    expect(() => writeStateFile(opened, 'journal', tooMuch)).toThrow('more than 400000 lines');
    opened.close();
    expect(readText(join(folder.path, 'journal'))).toBe('before\n');
    expect(readdirSync(folder.path)).toContain('journal');
  });
});

const program = `
import { readFileSync } from 'node:fs';
import { parseJournal } from './journal.ts';
import { parseManifest } from './manifest.ts';
import { readLines } from './stateFiles.ts';
const [, path, kind] = process.argv;
(kind === 'journal' ? parseJournal : parseManifest)(readLines(path));
console.log(/VmHWM:\\s*(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);`;

const facts = '"context":"","overlaid":0,"protected":[],"provided":[],"files":0';
const header = `{"schema":1,"release":{"id":"","ref":"","commit":""},"syncedAt":"","blobHash":"git-sha1",${facts}}\n`;
/** A few more than are read. */
const numbered = (line: (index: number) => string): string =>
  Array.from({ length: stateFileLimits.lines + 1000 }, (_, index) => line(index)).join('');

test.each([
  ['manifest', 'one endless line', () => 'x'.repeat(stateFileLimits.bytes)],
  ['manifest', 'a header of empty lists', () => `[${'[],'.repeat(stateFileLimits.lineLength / 3 - 2)}[]]\n`],
  [
    'manifest',
    'more and more files',
    () => header + numbered((index) => `F\t${index}\t${'a'.repeat(40)}\t--\t\t1\t1\t1\t1\n`),
  ],
  [
    'journal',
    'more and more operations',
    () =>
      `{"schema":1,"snapshot":"a"}\n${header}${numbered((index) => `{"kind":"delete","path":"${index}","slot":1}\n`)}`,
  ],
])('a forged %s of %s takes no more memory than an agent has', (kind, _what, content) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file');
  writeFileSync(path, content());
  const flags = ['--conditions=@stoker/source', '--input-type=module-typescript', '--max-semi-space-size=1', '--eval'];
  const peak = execFileSync(process.execPath, [...flags, program, path, kind], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect(Number(peak) * 1024).toBeLessThan(256 * mib);
});
