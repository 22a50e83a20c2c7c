import { expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import type { Draft } from '../reconcile/draft.ts';
import { commit, makeDraft } from '../testing/draft.ts';
import { summarise } from './summarise.ts';
import { hostKeyVerified } from './hostKeyVerified.ts';

const sshKey = { secretRef: { name: 'git', key: 'key' } };
const knownHosts = { secretRef: { name: 'git', key: 'hosts' } };
const checked = { git: { repo: 'ssh://git@host/plant.git', ref: 'main', auth: { sshKey: { ...sshKey, knownHosts } } } };
const scp = { git: { ...checked.git, repo: 'git@host:plant.git' } };
const unchecked = { git: { ...checked.git, auth: { sshKey } } };
const failing = (reason: string): Partial<Draft> => ({
  ref: { kind: 'failed', commit, error: new StokerError('the key is another one', { reason, class: 'stalled' }) },
});

test.each<[string, object, Partial<Draft>, object]>([
  ['is true while the key is one of the given ones', checked, {}, { status: 'True', reason: 'Succeeded' }],
  ['is said of the short form of an SSH URL too', scp, {}, { status: 'True', reason: 'Succeeded' }],
  [
    'is false without keys to check it against',
    unchecked,
    {},
    { status: 'False', reason: 'HostKeyNotChecked', message: expect.stringContaining('knownHosts') },
  ],
  [
    'is false when the server shows another key',
    checked,
    failing('HostKeyMismatch'),
    { status: 'False', reason: 'HostKeyMismatch', message: 'the key is another one' },
  ],
  ['is false when no key is given for the server', checked, failing('HostKeyUnknown'), { reason: 'HostKeyUnknown' }],
  ['stays true when something else fails', checked, failing('RefNotFound'), { status: 'True' }],
])('%s', (_name, spec, changes, expected) => {
  expect(hostKeyVerified(makeDraft(changes, spec))).toMatchObject(expected);
});

test('nothing is said where there is no host key', () => {
  expect(hostKeyVerified(makeDraft())).toBeUndefined();
});

test('after a restart a key that is another one is not said to be checked before the server has shown it', () => {
  const before = summarise(makeDraft(failing('HostKeyMismatch'), checked), [], new Date(0));
  const restarted = makeDraft({ ref: { kind: 'pending', commit } }, checked, before);
  expect(hostKeyVerified(restarted)).toMatchObject({ status: 'False', reason: 'HostKeyMismatch' });
});

test.each(['GitUnreachable', 'GitTimeout'])(
  'a key that is another one is not said to be checked while the server shows none (%s)',
  (reason) => {
    const before = summarise(makeDraft(failing('HostKeyMismatch'), checked), [], new Date(0));
    const away = makeDraft(failing(reason), checked, before);
    expect(hostKeyVerified(away)).toMatchObject({ status: 'False', reason: 'HostKeyMismatch' });
  },
);

test('a key is checked again once the server answers anything behind it', () => {
  const before = summarise(makeDraft(failing('HostKeyMismatch'), checked), [], new Date(0));
  const answered = makeDraft(failing('AuthenticationFailed'), checked, before);
  expect(hostKeyVerified(answered)).toMatchObject({ status: 'True', reason: 'Succeeded' });
});
