import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { completeWords } from './completeWords.ts';
import { completionScript, shells } from './completionScript.ts';
import { kettle } from './testing/program.ts';

const cases: readonly [readonly string[], readonly string[]][] = [
  [[''], ['boil', 'pour', 'brew', '--help', '--version']],
  [['p'], ['pour']],
  [
    ['pour', ''],
    ['large', 'small'],
  ],
  [['pour', 's'], ['small']],
  [
    ['pour', '--'],
    ['--output', '--to', '--help'],
  ],
  [
    ['pour', '--output', ''],
    ['text', 'json'],
  ],
  [['pour', '-o', 'j'], ['json']],
  [['pour', '--to', ''], []],
  [['telephone', ''], []],
  [['toString', ''], []],
];

test.each(cases)('%j may become %j', (words, expected) => {
  expect(completeWords(kettle, words)).toEqual(expected);
});

/** Runs a script beside a stand-in for the program, which says what it was asked. */
function runWith(script: (folder: string) => readonly [string, ...string[]]) {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-completion-'));
  try {
    const program = join(folder, kettle.executable);
    writeFileSync(program, '#!/bin/sh\nprintf "<%s>\\n" "$@"\n');
    chmodSync(program, 0o755);
    const [file, ...args] = script(folder);
    return spawnSync(file, args, {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('bash asks with the words up to the cursor, the empty one included', () => {
  const drive = `${completionScript(kettle, 'bash')}
COMP_WORDS=(kitchen-kettle pour '' later); COMP_CWORD=2
_kitchen_kettle; printf '%s,' "\${COMPREPLY[@]}"; complete -p kitchen-kettle`;
  const { stdout, stderr } = runWith(() => ['bash', '-c', drive]);
  expect(stderr).toBe('');
  expect(stdout).toBe('<__complete>,<pour>,<>,complete -F _kitchen_kettle kitchen-kettle\n');
});

test('kubectl gets the candidates, and that there are no others', () => {
  const { stdout } = runWith((folder) => {
    const script = join(folder, 'kubectl_complete-kettle');
    writeFileSync(script, completionScript(kettle, 'kubectl'));
    return ['sh', script, 'pour', ''];
  });
  expect(stdout).toBe('<__complete>\n<pour>\n<>\n:4\n');
});

test.each(shells)('the script for %s asks the program itself', (shell) => {
  expect(completionScript(kettle, shell)).toContain('kitchen-kettle __complete');
});
