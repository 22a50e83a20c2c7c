// One sync of ours in a process of its own: node ours.ts CACHE COMMIT TARGET [REPOSITORY]. The cache is a bare git repository
// that has the commit, or fetches it from the repository first. Prints what it took, as the other programs do; starting node does not count, as starting theirs does not.
import { readFileSync } from 'node:fs';
import { isCommitSha, openCache, parseRepositoryUrl } from '@stoker/gitref';
import { sync } from '@stoker/sync-engine';

const [cache = '', commit = '', target = '', repository] = process.argv.slice(2);
if (!isCommitSha(commit)) throw new Error(`"${commit}" is no full commit SHA`);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const opened = await openCache(cache);
if (repository !== undefined) {
  const remote = { url: parseRepositoryUrl(repository, 'standalone'), credentials: { kind: 'none' } } as const;
  await opened.fetchCommit(remote, commit, { ref: 'main' });
}
const report = await sync({
  source: opened.tree(commit),
  target,
  mappings: [{ source: '.', destination: 'data', required: true }],
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
