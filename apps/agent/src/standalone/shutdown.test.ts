import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { eventually, readFolder } from '../testing/folder.ts';
import { runAgent, startAgent } from '../testing/runAgent.ts';

const fileCount = 600;

let root: string;
let target: string;
let repository: TestRepository;
let before: Record<string, string>;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  target = join(root, 'target');
  repository = await createRepository(root, 'plant');
  before = manyFiles('first');
  await repository.commit(before);
  await runAgent(args(), options());
}, 30_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

const options = () => ({ env: { XDG_CACHE_HOME: join(root, 'cache') } });
const args = () => ['sync', '--repo', repository.path, '--ref', 'main', '--target', target, '--output', 'json'];

function manyFiles(content: string): Record<string, string> {
  const entries = Array.from({ length: fileCount }, (_, n) => [`folder-${n % 40}/file-${n}.txt`, `${content} ${n}`]);
  return Object.fromEntries(entries);
}

/** How much of the sync has left a trace: what lies in the working folder. Nothing that can be told while a folder of it goes. */
function traces(): number {
  try {
    return readdirSync(join(target, '.stoker'), { recursive: true }).length;
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** The moments are counted in files that the sync has staged, so that they mean the same on any machine. */
const moments = [1, fileCount / 2, fileCount, fileCount + fileCount / 2];
const codes: (number | null)[] = [];

describe('SIGTERM during a sync of many files', () => {
  test.each(moments)(
    'after %i traces: ends by itself, says which tree is there, and it is that one',
    async (moment) => {
      const after = manyFiles(`moment ${moment}`);
      await repository.commit(after);
      const quiet = traces();
      const running = startAgent(args(), options());
      let hasEnded = false;
      void running.ended.then(() => (hasEnded = true));
      await eventually('the moment has come', () => hasEnded || traces() >= quiet + moment, { everyMs: 1 });
      running.process.kill('SIGTERM');
      const { code, stdout, stderr } = await running.ended;
      const { outcome, error } = JSON.parse(stdout) as { outcome: string; error?: { reason: string } };
      const found = readFolder(target);
      expect([
        { code: 0, outcome: 'synced', reason: undefined, holds: 'the new tree', stderr: '' },
        { code: 1, outcome: 'failed', reason: 'Cancelled', holds: 'the old tree', stderr: '' },
      ]).toContainEqual({ code, outcome, reason: error?.reason, holds: nameOf(found, after), stderr });
      before = found;
      codes.push(code);
      const status = await runAgent(['status', '--target', target, '--output', 'json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ interrupted: false });
    },
    30_000,
  );

  test('at least one of these moments came in time for the sync to be given up', () => {
    expect(codes).toContain(1);
  });
});

function nameOf(found: Record<string, string>, after: Record<string, string>): string {
  const isEqual = (tree: Record<string, string>) =>
    Object.keys(tree).length === Object.keys(found).length &&
    Object.entries(tree).every(([path, text]) => found[path] === text);
  if (isEqual(after)) return 'the new tree';
  return isEqual(before) ? 'the old tree' : 'a mixture';
}
