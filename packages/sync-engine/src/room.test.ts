// A target with little room, a file with more bytes than there is memory for, and very many files.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { memoryFolder, temporaryFolder, writeTree } from './testing/trees.ts';

const node = [process.execPath, '--conditions=@stoker/source'];
const syncChild = fileURLToPath(new URL('testing/syncChild.ts', import.meta.url));
const largeTreeChild = fileURLToPath(new URL('testing/largeTreeChild.ts', import.meta.url));

/** Fills a volume of its own until 1 MiB is free, and syncs there: what fits, what does not, and what fits again. */
const onFullVolume = `
exec 2>&1
mount -t tmpfs -o size=6m tmpfs "$1"
sync_from() { "$3" "$4" "$5" sync "$2/$1" "$6" && echo "$1 done"; }
tree() { (cd "$1" && find conf .stoker/stage -type f -exec sha256sum {} + 2>/dev/null | sort | sha256sum); }
run() { sync_from "$1" "$source" "$node" "$condition" "$child" "$target"; }
target=$1 source=$2 node=$3 condition=$4 child=$5
run first
head -c $(( ($(df --output=avail -k "$target" | tail -1) - 1024) * 1024 )) /dev/zero >"$target/filler"
before=$(tree "$target")
run large
[ "$(tree "$target")" = "$before" ] && echo 'as it was'
run small`;

test('a volume without room for the next release is left as it was, and takes one that fits', () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'source');
  const target = join(folder.path, 'target');
  const half = 'x'.repeat(512 * 1024);
  writeTree(target, {});
  writeTree(join(source, 'first'), { 'a.txt': 'a', 'b/large.txt': half });
  writeTree(join(source, 'large'), { 'a.txt': 'b', 'b/large.txt': `${half}y`, 'c.txt': half, 'd.txt': half });
  writeTree(join(source, 'small'), { 'a.txt': 'c', 'b/large.txt': half });
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const command = ['--mount', ...asRoot, 'sh', '-c', onFullVolume, 'sh', target, source, ...node];
  const printed = execFileSync('unshare', [...command, syncChild], { encoding: 'utf8' });
  const [first, refused, ...rest] = printed.trim().split('\n');
  expect(first).toBe('first done');
  expect(JSON.parse(refused ?? '')).toMatchObject({
    reason: 'StorageFull',
    hint: expect.stringContaining('free some space'),
  });
  expect(rest).toEqual(['as it was', 'small done']);
});

/** Fills a volume with what two syncs keep, and asks for a release that cannot fit, and for one that can. */
const onVolumeWithUndo = `
exec 2>&1
mount -t tmpfs -o size=8m tmpfs "$1"
run() { "$3" "$4" "$5" sync "$2/$1" "$6" >/dev/null && echo "$1 done"; }
step() { run "$1" "$source" "$node" "$condition" "$child" "$target"; ls "$target/.stoker/snapshots" | wc -l; }
target=$1 source=$2 node=$3 condition=$4 child=$5
for release in 1 2 3 never fits; do step $release; done`;

test('a release that can never fit gives up no undo, and one that fits then gives up the oldest alone', () => {
  using folder = temporaryFolder();
  const [source, target] = [join(folder.path, 'source'), join(folder.path, 'target')];
  const mib = 1024 * 1024;
  writeTree(target, {});
  const releases = { 1: 'a'.repeat(2 * mib), 2: 'b'.repeat(2 * mib), 3: 'c' };
  for (const [name, content] of Object.entries(releases)) writeTree(join(source, name), { 'a.txt': content });
  const small = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}.txt`, 'd'.repeat(mib)]));
  writeTree(join(source, 'never'), { ...small, '7.txt': 'e'.repeat(mib) });
  writeTree(join(source, 'fits'), { '0.txt': 'd'.repeat(4.5 * mib) });
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const command = ['--mount', ...asRoot, 'sh', '-c', onVolumeWithUndo, 'sh', target, source, ...node];
  const printed = execFileSync('unshare', [...command, syncChild], { encoding: 'utf8' });
  const lines = printed.trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
    '1 done',
    '1',
    '2 done',
    '2',
    '3 done',
    '3',
    '3',
    'fits done',
    '2',
  ]);
  expect(lines.find((line) => line.startsWith('{'))).toContain('"StorageFull"');
});

/** Syncs so many files of so many bytes, in a process of its own; its peak memory in bytes. */
function peakOf(files: number, bytes: number, target: string): number {
  const args = [...node.slice(1), '--max-semi-space-size=1', largeTreeChild, String(files), String(bytes), target];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test('a file of 1 GiB is streamed: it never lies in memory', () => {
  using folder = temporaryFolder();
  expect(peakOf(1, 2 ** 30, folder.path)).toBeLessThan(192 * 2 ** 20);
  expect(statSync(join(folder.path, 'conf/folder-0/file-0.bin')).size).toBe(2 ** 30);
});

test('100,000 files are synced within the 256 MiB that a sidecar has', () => {
  using folder = temporaryFolder(memoryFolder());
  expect(peakOf(100_000, 100, folder.path)).toBeLessThan(256 * 2 ** 20);
  expect(readdirSync(join(folder.path, 'conf/folder-999'))).toHaveLength(100);
}, 120_000);
