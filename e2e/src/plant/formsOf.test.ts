import { expect, test } from '@jest/globals';
import { formsOf } from './formsOf.ts';

test('a credential is known again raw, in a URL and in base64', () => {
  const forms = Object.values(formsOf('p@ss/wörd +1', ['git'])).flat();
  expect(forms).toEqual(
    expect.arrayContaining([
      'p@ss/wörd +1',
      'p%40ss%2Fw%C3%B6rd%20%2B1',
      'p%40ss%2Fw%C3%B6rd+%2B1',
      Buffer.from('p@ss/wörd +1').toString('base64'),
      Buffer.from('git:p@ss/wörd +1').toString('base64'),
    ]),
  );
});

test('a private key is known again by each of its lines', () => {
  const line = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU';
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${line}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(formsOf(key)['in part']).toEqual([line]);
});
