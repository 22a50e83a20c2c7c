import { expect, test } from '@jest/globals';
import { parseStoker, type StokerSpec } from '@stoker/crd-types';
import { makeRelease } from '../testing/draft.ts';
import { repositoryAccess } from './repositoryAccess.ts';

const token = { token: { secretRef: { name: 's', key: 'k' } } };
const sshKey = { sshKey: { secretRef: { name: 's', key: 'k' } } };

test.each<[string, string, string, StokerSpec['git']['auth'], string]>([
  ['is the one of the spec', 'https://a.example/p.git', 'https://a.example/p.git', token, 'token'],
  ['on the same server keeps the credentials', 'https://a.example/old.git', 'https://a.example/p.git', token, 'token'],
  ['in another spelling keeps them too', 'ssh://git@a.example/p', 'git@a.example:p.git', sshKey, 'sshKey'],
  ['on another server gets none', 'https://b.example/p.git', 'https://a.example/p.git', token, 'none'],
  ['over plain HTTP gets no token meant for HTTPS', 'http://a.example/p', 'https://a.example/p', token, 'none'],
])('the repository of a release %s', (_name, released, repo, auth, authKind) => {
  const stoker = parseStoker({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name: 'plant' },
    spec: { git: { repo, ref: 'main', auth } },
  });
  expect(repositoryAccess(stoker, makeRelease({ repository: released }))).toEqual({ url: released, authKind });
});
