import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { revisionOf } from './labels.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-labels-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// git's own switch for its tests of this; to give a folder away takes root.
const foreign = { ...process.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };

const git = (args: readonly string[], env = process.env) =>
  execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: 'pipe' });

test("the revision is found in another user's checkout, which git alone refuses", () => {
  git(['init', '--quiet']);
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  git([...who, 'commit', '--quiet', '--allow-empty', '--message', 'first']);
  const commit = git(['rev-parse', 'HEAD']).trim();
  expect(() => git(['rev-parse', 'HEAD'], foreign)).toThrow('dubious ownership');
  expect(revisionOf(folder, foreign)).toBe(commit);
});

test('sources without git have no revision', () => {
  expect(revisionOf(folder)).toBeUndefined();
});
