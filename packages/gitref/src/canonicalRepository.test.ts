import { describe, expect, test } from '@jest/globals';
import { canonicalRepository, sameRepository } from './canonicalRepository.ts';
import { parseRepositoryUrl } from './repositoryUrl.ts';

describe('the repository of a push event', () => {
  test.each([
    ['https://github.com/acme/site.git'],
    ['https://github.com/Acme/Site'],
    ['https://github.com/acme/site/'],
    ['git://github.com/acme/site.git'],
    ['git@github.com:acme/site.git'],
    ['ssh://git@github.com/acme/site.git'],
    ['ssh://git@ssh.github.com:443/acme/site.git'],
    ['https://x-access-token:abc@github.com/acme/site.git'],
  ])('%s is the one that is tracked', (payloadUrl) => {
    for (const tracked of ['https://github.com/acme/site.git', 'git@github.com:acme/site.git']) {
      expect(sameRepository(parseRepositoryUrl(tracked, 'cluster'), payloadUrl)).toBe(true);
    }
  });

  test.each([
    ['https://github.com/acme/site-evil'],
    ['https://github.com/acme/site.git/sub'],
    ['https://github.com.evil.example/acme/site'],
    ['https://evil.example/github.com/acme/site'],
    ['/acme/site'],
    ['acme/site'],
    [''],
  ])('%s is another', (payloadUrl) => {
    expect(sameRepository(parseRepositoryUrl('https://github.com/acme/site', 'cluster'), payloadUrl)).toBe(false);
  });

  test('Bitbucket Data Center has two paths for one repository', () => {
    const http = canonicalRepository('https://bitbucket.example/scm/plant/site.git');
    expect(canonicalRepository('ssh://git@bitbucket.example:7999/plant/site.git')).toBe(http);
  });

  test('credentials never reach the canonical form', () => {
    expect(canonicalRepository('https://user:s3cret@host/site')).toBe('host/site');
  });

  test('a local path is nobody’s push event', () => {
    expect(sameRepository(parseRepositoryUrl('/srv/site', 'standalone'), '/srv/site')).toBe(false);
  });
});
