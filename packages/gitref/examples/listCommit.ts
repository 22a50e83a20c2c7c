import { openCache, parseRepositoryUrl, resolveRef } from '@stoker/gitref';

const [repository = '', ref = '', cacheFolder = ''] = process.argv.slice(2);
const url = parseRepositoryUrl(repository, 'standalone');
const remote = { url, credentials: { kind: 'none' } } as const;

const { commit, fullName } = await resolveRef(remote, ref);
const cache = await openCache(cacheFolder);
await cache.fetchCommit(remote, commit, { ref: fullName });
for await (const entries of cache.tree(commit).list(['projects'])) {
  for (const { kind, path } of entries) console.log(kind, path);
}
await cache.close();
