import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-ci-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs it with an npm that only does what is written here; `$*` are its arguments. */
function ciRun(npm: string, env: Readonly<Record<string, string>> = {}) {
  const stub = join(folder, 'npm');
  writeFileSync(stub, `#!/bin/bash\n${npm}\n`);
  chmodSync(stub, 0o755);
  const { stdout, status } = spawnSync(join(import.meta.dirname, '../.ci/run'), [], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, ...env },
  });
  return { stdout, status, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

const tests = (body: string) => `case "$*" in *test) ${body};; esac`;

test.each([
  ['everything passes', tests('echo "7 passed, 0 failed"'), '7 passed, 0 failed', 0],
  ['two tests fail', tests('echo "5 passed, 2 failed"; exit 1'), '5 passed, 2 failed', 1],
  ['the tests end without a count', tests('exit 1'), '0 passed, 1 failed', 1],
  ['lint fails', 'case "$*" in *lint) exit 1;; *test) echo "7 passed, 0 failed";; esac', '7 passed, 1 failed', 1],
])('when %s, the last line counts it', (_, npm, lastLine, status) => {
  expect(ciRun(npm)).toMatchObject({ lastLine, status });
});

test('each stage says how many seconds it took', () => {
  const { stdout } = ciRun(tests('echo "7 passed, 0 failed"'));
  expect(stdout).toMatch(/^== set-up: \d+ s$[^]*^== lint: \d+ s$[^]*^== tests: \d+ s$/m);
});

test('tests that go on for too long are ended, also when they do not listen, and counted as failed', () => {
  const npm = tests('trap "" TERM; for i in 1 2 3 4 5 6 7 8 9; do sleep 5; done');
  const { stdout, lastLine, status } = ciRun(npm, { STOKER_CI_SECONDS: '1', STOKER_CI_GRACE_SECONDS: '1' });
  expect({ lastLine, status }).toEqual({ lastLine: '0 passed, 1 failed', status: 1 });
  expect(stdout).toContain('== tests did not end in time');
});
