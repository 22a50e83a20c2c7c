import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseRepositoryUrl } from './repositoryUrl.ts';

function refusal(text: string, where: 'cluster' | 'standalone'): { reason: string; message: string; hint?: string } {
  try {
    parseRepositoryUrl(text, where);
  } catch (error) {
    return error as { reason: string; message: string; hint?: string };
  }
  throw new Error(`${text} was accepted`);
}

describe('a repository URL', () => {
  test.each([
    ['https://GitHub.com/Acme/Site.git', 'https', 'github.com/acme/site'],
    ['http://gitea.svc:3000/acme/site/', 'http', 'gitea.svc/acme/site'],
    ['http://10.0.0.7:3000/acme/site', 'http', '10.0.0.7/acme/site'],
    ['http://[fd12::7]:3000/acme/site', 'http', '[fd12::7]/acme/site'],
    ['ssh://git@github.com:22/acme/site.git', 'ssh', 'github.com/acme/site'],
    ['git@github.com:acme/site.git', 'ssh', 'github.com/acme/site'],
    ['github.com:acme/site.git', 'ssh', 'github.com/acme/site'],
    ['git://git.example.com/acme/site.git', 'git', 'git.example.com/acme/site'],
  ])('%s is accepted in the cluster', (text, transport, canonical) => {
    expect(parseRepositoryUrl(text, 'cluster')).toMatchObject({ transport, canonical });
  });

  test.each([
    ['file:///srv/git/site.git', '/srv/git/site.git'],
    ['/srv/git/site.git', '/srv/git/site.git'],
    ['./site', resolve('site')],
    ['/srv/a b/site', '/srv/a b/site'],
  ])('%s is a path for a person at this machine', (text, href) => {
    expect(parseRepositoryUrl(text, 'standalone')).toMatchObject({ transport: 'file', href, host: undefined });
  });

  test.each([
    ['file:///etc'],
    ['/etc'],
    ['./site'],
    [''],
    ['http://localhost/site'],
    ['http://LOCALHOST./site'],
    ['http://git.localhost/site'],
    ['http://127.0.0.1:3000/site'],
    ['http://127.1/site'],
    ['http://0x7f.0.0.1/site'],
    ['http://2130706433/site'],
    ['http://0.0.0.0/site'],
    ['http://[::1]/site'],
    ['http://[::ffff:127.0.0.1]/site'],
    ['http://169.254.169.254/latest'],
    ['http://[fe80::1]/site'],
    ['http://[fd00:ec2::254]/latest'],
    ['ssh://git@127.0.0.1/site'],
    ['ssh://git@0x7f.1/site'],
    ['git@localhost:site.git'],
    ['git@[::1]:site.git'],
    ['git://169.254.169.254/site'],
    ['git@[127.0.0.1:22]:site'],
    ['git@[10.0.0.7:22]:site'],
  ])('%s is refused in the cluster', (text) => {
    expect(refusal(text, 'cluster')).toMatchObject({ reason: 'InvalidRepositoryUrl', hint: expect.any(String) });
  });

  test.each([
    ['ext::sh -c "touch /tmp/x"'],
    ['fd::17'],
    ['--upload-pack=touch /tmp/x'],
    ['-oProxyCommand=touch@host:path'],
    ['-oProxyCommand=touch:site'],
    ['git@-oProxyCommand=touch:site'],
    ['git@[-oProxyCommand=touch]:site'],
    ['-oProxyCommand=touch@host:-site'],
    ['ssh://-oProxyCommand=touch/site'],
    ['ssh://%2doProxyCommand=touch/site'],
    ['ssh://-oProxyCommand=touch@host/site'],
    ['ssh://%2doProxyCommand=touch@host/site'],
    ['ssh://ext::sh@host/site'],
    ['ext::sh@host:site'],
    ['https://ext::sh@host/site'],
    ['https://--upload-pack=touch@host/site'],
    ['git://--upload-pack=touch@host/site'],
    ['git+ssh://-oProxyCommand=touch/site'],
    ['ssh://git@-host/site'],
    ['ssh://-l@host/site'],
    ['host:--upload-pack=x'],
    ['ssh://host/-site'],
    ['git@ho st:site'],
    ['https://host/site\n'],
    ['https://host/si te'],
    ['https://allowed\\@127.0.0.1/site'],
    ['https://host/site?x=1'],
    ['https://host/site#x'],
    ['ftp://host/site'],
    ['file://host/site'],
    ['ssh://host'],
    ['https://'],
  ])('%s is refused everywhere', (text) => {
    for (const where of ['cluster', 'standalone'] as const) {
      expect(refusal(text, where)).toMatchObject({ reason: 'InvalidRepositoryUrl' });
    }
  });

  test.each([
    ['https://user:s3cret%21@host.example/site'],
    ['https://s3cret%21@host.example/site'],
    ['ssh://git:s3cret%21@host.example/site'],
    ['git:s3cret%21@host.example:site'],
  ])('credentials in it are refused, not repeated, and sent to a secret (%#)', (text) => {
    const error = refusal(text, 'cluster');
    expect(error.message + (error.hint ?? '')).not.toContain('s3cret');
    expect(error.message).toContain('host.example');
    expect(error.hint).toContain('secret');
  });
});
