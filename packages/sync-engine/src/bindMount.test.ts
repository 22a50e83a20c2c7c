// A real mount inside the target: one file of it comes from elsewhere, as with `subPath` in a pod.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

const syncChild = fileURLToPath(new URL('testing/syncChild.ts', import.meta.url));

const withMountedFile = `
exec 2>&1
target=$1 elsewhere=$2 around=$3 over=$4; shift 4
mount --bind "$elsewhere" "$target/conf/mounted.txt"
"$@" sync "$over" "$target" && echo 'wrote over it'
"$@" sync "$around" "$target" && echo 'wrote around it'`;

test('a file that is mounted over the target is never replaced, and in nobody’s way where it stays the same', () => {
  using folder = temporaryFolder();
  const [target, around, over] = ['target', 'around', 'over'].map((name) => join(folder.path, name));
  const elsewhere = join(folder.path, 'elsewhere.txt');
  writeTree(folder.path, { 'elsewhere.txt': 'from elsewhere' });
  writeTree(target ?? '', { 'conf/mounted.txt': '', 'conf/a.txt': 'old' });
  writeTree(over ?? '', { 'mounted.txt': 'from git', 'a.txt': 'new' });
  writeTree(around ?? '', { 'mounted.txt': 'from elsewhere', 'a.txt': 'new' });
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const command = ['--mount', ...asRoot, 'sh', '-c', withMountedFile, 'sh', target, elsewhere, around, over];
  const node = [process.execPath, '--conditions=@stoker/source', syncChild];
  const printed = execFileSync('unshare', [...command.map(String), ...node], { encoding: 'utf8' });
  const [refused, ...rest] = printed.trim().split('\n');
  expect(JSON.parse(refused ?? '')).toMatchObject({ message: expect.stringContaining('conf/mounted.txt') });
  expect(rest).toEqual(['wrote around it']);
  expect(readFileSync(elsewhere, 'utf8')).toBe('from elsewhere');
  expect(readTree(target ?? '')).toMatchObject({ 'conf/a.txt': 'new' });
});
