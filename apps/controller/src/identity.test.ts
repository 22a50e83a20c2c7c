import { expect, test } from '@jest/globals';
import { identityOf } from './identity.ts';

test('a controller in a pod is that pod, also after its container was started again', () => {
  expect(identityOf({ POD_NAME: 'stoker-0' }, 'host')).toBe('stoker-0');
});

test('two controllers on one host never take each other for themselves', () => {
  const [one, other] = [identityOf({}, 'host'), identityOf({}, 'host')];
  expect(one).toMatch(/^host_/);
  expect(one).not.toBe(other);
});
