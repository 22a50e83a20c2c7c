/** URLs that name a repository, each once. A payload has a handful; more are somebody's mischief. */
export function repositoryUrls(candidates: readonly unknown[]): readonly string[] {
  const urls = candidates.filter((url): url is string => typeof url === 'string' && url !== '' && url.length <= 2048);
  return [...new Set(urls)].slice(0, 32);
}
