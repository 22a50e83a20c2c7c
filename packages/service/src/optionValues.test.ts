import { describe, expect, test } from '@jest/globals';
import { addressOf, listOf, oneOf } from './optionValues.ts';

const refused = (message: string) =>
  expect.objectContaining({ reason: 'InvalidUsage', message, hint: expect.any(String) });

describe('a word of the command line', () => {
  test('is an address: host and port, or the port of every address', () => {
    expect(addressOf('address', '127.0.0.1:80')).toEqual({ host: '127.0.0.1', port: 80 });
    expect(addressOf('address', ':0')).toEqual({ host: undefined, port: 0 });
    expect(addressOf('address', '[::]:80')).toEqual({ host: '::', port: 80 });
  });

  test.each(['8080', 'host', 'host:', ':65536', 'host:80a'])('is no address: %s', (value) => {
    expect(() => addressOf('address', value)).toThrow(refused(`--address is "${value}"`));
  });

  test('is a list between commas, without what is empty', () => {
    expect(listOf(' a, b,,')).toEqual(['a', 'b']);
    expect(listOf(undefined)).toEqual([]);
  });

  test('is one of a few, or refused by the name of its option', () => {
    expect(oneOf('verb', 'deny', ['deny', 'admit'])).toBe('deny');
    expect(oneOf('verb', undefined, ['deny'])).toBeUndefined();
    expect(() => oneOf('verb', 'refuse', ['deny'])).toThrow(refused('--verb is "refuse"'));
  });
});
