import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { mintInstallationToken, parseRepositoryUrl, resolveRef, type Remote } from '@stoker/gitref';
import { pickSecretValue } from '../access/credentials.ts';
import { makeDraft } from '../testing/draft.ts';
import { refResolved } from './refResolved.ts';

const https = 'https://github.com/acme/plant.git';
const ssh = 'ssh://git@192.0.2.1/plant.git';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA engineer';
const passphrase = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(passphrase).toString();
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const asks = (url: string, use: Partial<Remote>) => () =>
  resolveRef({ url: parseRepositoryUrl(url, 'cluster'), credentials: { kind: 'none' }, ...use }, 'main');
const withKey = (privateKey: string) => asks(ssh, { credentials: { kind: 'sshKey', privateKey } });
const withApp = (privateKey: string) => () =>
  mintInstallationToken({ appId: 1, installationId: 2, privateKey }, { url: parseRepositoryUrl(https, 'cluster') });
const withSecret = (field: string, data?: Record<string, string>) => async () =>
  pickSecretValue(field, { name: 'plant-git', key: 'value' }, data);

const secretRef = { name: 'plant-git', key: 'value' };
const token = { git: { repo: https, ref: 'main', auth: { token: { secretRef } } } };
const sshKey = { git: { repo: ssh, ref: 'main', auth: { sshKey: { secretRef } } } };
const app = { appId: 1, installationId: 2, privateKeySecretRef: secretRef };
const githubApp = { git: { repo: https, ref: 'main', auth: { githubApp: app } } };
const caBundle = { git: { repo: https, ref: 'main', caBundleSecretRef: secretRef } };
const tokenField = 'spec.git.auth.token.secretRef';

test.each<[string, object, () => Promise<unknown>, string, string]>([
  ['is not there', token, withSecret(tokenField), tokenField, 'does not exist'],
  ['has no such key', token, withSecret(tokenField, { other: 'eA==' }), tokenField, 'the Secret holds other'],
  ['has nothing under the key', token, withSecret(tokenField, { value: '' }), tokenField, 'is empty'],
  ['has a line break for a token', token, withSecret(tokenField, { value: 'Cg==' }), tokenField, 'is empty'],
  ['has a public key', sshKey, withKey(publicKey), 'spec.git.auth.sshKey.secretRef', 'is a public key'],
  ['has no key at all', sshKey, withKey('x'), 'spec.git.auth.sshKey.secretRef', 'is no key'],
  ['has a locked key', sshKey, withKey(encrypted), 'spec.git.auth.sshKey.secretRef', 'passphrase'],
  ['has no key of an App', githubApp, withApp('x'), 'spec.git.auth.githubApp.privateKeySecretRef', 'cannot be read'],
  ['has no PEM for a bundle', caBundle, asks(https, { caBundle: 'x' }), 'spec.git.caBundleSecretRef', 'no certificate'],
  ['has half a bundle', caBundle, asks(https, { caBundle: broken }), 'spec.git.caBundleSecretRef', 'certificate 1 of'],
])('a Secret that %s is named with its field, its key and what was found', async (_, spec, use, field, found) => {
  const error: unknown = await use().catch((thrown: unknown) => thrown);
  const { status, message } = refResolved(makeDraft({ ref: { kind: 'failed', error, commit: undefined } }, spec));
  expect(status).toBe('False');
  for (const part of [field, 'Secret plant-git', found]) expect(message).toContain(part);
});

test('an error that is not about credentials names none', async () => {
  const error: unknown = new Error('the server is down');
  const { message } = refResolved(makeDraft({ ref: { kind: 'failed', error, commit: undefined } }, token));
  expect(message).not.toContain('plant-git');
});
