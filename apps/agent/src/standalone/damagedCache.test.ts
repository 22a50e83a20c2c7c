import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { readFolder } from '../testing/folder.ts';
import { runHere } from '../testing/runAgent.ts';

let root: string;
let target: string;
let repository: TestRepository;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  target = join(root, 'target');
  mkdirSync(target);
  repository = await createRepository(root, 'plant');
  await repository.commit({ 'a.txt': 'what git holds' });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function sync() {
  const args = ['sync', '--target', target, '--repo', repository.path, '--ref', 'main', '--output', 'json'];
  return runHere(args, { XDG_CACHE_HOME: join(root, 'cache') });
}

/** Gives a blob of the cache other bytes than its name promises, as a failing disk does; git itself would not notice. */
function falsify(path: string): void {
  const [pack = ''] = globSync(`${root}/cache/**/*.pack`);
  const folder = dirname(dirname(dirname(pack)));
  const git = (args: string[], input?: Buffer) =>
    execFileSync('git', ['--git-dir', folder, ...args], { encoding: 'utf8', ...(input && { input }) }).trim();
  const packed = readFileSync(pack);
  const id = execFileSync('git', ['-C', repository.path, 'rev-parse', `main:${path}`], { encoding: 'utf8' }).trim();
  for (const file of globSync(pack.replace(/\.pack$/, '.*'))) rmSync(file);
  git(['unpack-objects', '-q'], packed);
  const object = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  chmodSync(object, 0o644);
  writeFileSync(object, deflateSync('blob 14\0what git holdz'));
}

test('a cache whose bytes are not what git promised is made anew by the next sync, and the target sees none of them', async () => {
  expect((await sync()).code).toBe(0);
  falsify('a.txt');
  rmSync(join(target, 'a.txt'));
  const damaged = await sync();
  expect([damaged.code, JSON.parse(damaged.stdout)]).toMatchObject([1, { error: { reason: 'BlobMismatch' } }]);
  expect(readFolder(target)).not.toHaveProperty(['a.txt']);
  expect((await sync()).code).toBe(0);
  expect(readFolder(target)).toMatchObject({ 'a.txt': 'what git holds' });
}, 30_000);
