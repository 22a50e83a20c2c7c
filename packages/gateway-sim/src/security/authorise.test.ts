import { describe, expect, test } from '@jest/globals';
import { authorise, withGivenToken, type Caller, type Security } from './authorise.ts';

// The key is the base64url of the bytes "stoker"; its hash is that of those bytes.
const key = 'c3Rva2Vy';
const hash = 'XTISSyvfreBpWWD9HISxJkR8umH3tgPogiIwsy3d6JU';
const token = { hash, levels: ['Authenticated/Automation'], secureChannelRequired: false };
const anyOf = (...levels: string[]) => ({ type: 'AnyOf', levels }) as const;
const security: Security = {
  tokens: new Map([
    ['deploy', token],
    ['careful', { ...token, secureChannelRequired: true }],
  ]),
  read: anyOf('Authenticated/Automation'),
  write: anyOf('Authenticated/Automation', 'Authenticated/Roles/Administrator'),
};

describe('authorise', () => {
  const cases: readonly [string, Partial<Caller>, Partial<Security>, 401 | 403 | undefined][] = [
    ['lets a known token with its level pass', {}, {}, undefined],
    ['reads token names without regard to case', { token: `Deploy:${key}` }, {}, undefined],
    ['answers 401 without a token', { token: undefined }, {}, 401],
    ['answers 401 to a key without its name', { token: key }, {}, 401],
    ['answers 401 to an unknown name', { token: `other:${key}` }, {}, 401],
    ['answers 401 to a wrong key', { token: 'deploy:c3Rva2Vz' }, {}, 401],
    ['answers 401 to the hash in place of the key', { token: `deploy:${hash}` }, {}, 401],
    ['answers 403 over http where the token wants https', { token: `careful:${key}` }, {}, 403],
    ['lets the same token pass over https', { token: `careful:${key}`, secure: true }, {}, undefined],
    ['answers 403 when the level lacks write access', { method: 'POST' }, { write: anyOf('Other') }, 403],
    ['lets it read all the same', { method: 'GET' }, { write: anyOf('Other') }, undefined],
    [
      'wants all levels where it says so',
      {},
      { write: { type: 'AllOf', levels: ['Authenticated/Automation', 'Other'] } },
      403,
    ],
    ['lets nobody pass where no level does', {}, { write: anyOf() }, 403],
  ];
  test.each(cases)('%s', (_what, caller, changed, expected) => {
    const asks: Caller = { token: `deploy:${key}`, method: 'POST', secure: false, ...caller };
    expect(authorise(asks, { ...security, ...changed })).toBe(expected);
  });

  test('lets the token given on the command line do everything', () => {
    const caller = { token: `given:${key}`, method: 'POST', secure: false };
    expect(authorise(caller, security)).toBe(401);
    expect(authorise(caller, withGivenToken(security, `given:${key}`))).toBeUndefined();
  });
});
