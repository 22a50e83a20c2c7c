// One sync of ours in a process of its own: node ours.ts CACHE COMMIT TARGET. The cache is a bare git repository that has
// the commit. Prints what it took, as the other programs do; starting node does not count, as starting theirs does not.
import { readFileSync } from 'node:fs';
import { isCommitSha, openCache } from '@stoker/gitref';
import { sync } from '@stoker/sync-engine';

const [cache = '', commit = '', target = ''] = process.argv.slice(2);
if (!isCommitSha(commit)) throw new Error(`"${commit}" is no full commit SHA`);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const opened = await openCache(cache);
const report = await sync({
  source: opened.tree(commit),
  target,
  mappings: [{ source: '.', destination: 'data', type: 'dir', required: true, prune: 'mirror', allowEmpty: false }],
  excludePatterns: [],
  variables: {},
  protection: { paths: [], explicitOnly: [] },
  driftPolicy: 'restore',
  release: { id: commit, ref: 'main', commit },
  holder: 'bench',
});
await opened.close();
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
const facts = { ms, cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes(), bytesWritten: report.bytesWritten };
console.log(JSON.stringify({ ...facts, counts: report.counts }));

/** Of this process alone: what `getrusage` answers begins with the memory of the one that started it. */
function peakBytes(): number {
  const [, kibibytes = ''] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
