import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from './environment.ts';
import { parseDownwardMap, readPodFile } from './podFiles.ts';

describe('the downward API', () => {
  test('quotes values as Go does', () => {
    const text = [
      'app="ignition"',
      'stoker.io/gateway-name="north-{{.PodOrdinal}}"',
      String.raw`note="two\nlines, a \"quote\", a \\ and \x01\a\U0001f600"`,
      'equation="a=b"',
      '',
    ].join('\n');
    expect(parseDownwardMap(text)).toEqual({
      app: 'ignition',
      'stoker.io/gateway-name': 'north-{{.PodOrdinal}}',
      note: 'two\nlines, a "quote", a \\ and \u0001\u0007😀',
      equation: 'a=b',
    });
  });

  test('without its volume gives nothing', async () => {
    expect(await readPodFile('/nonexistent', 'labels')).toEqual({});
  });
});

describe('the environment', () => {
  const env = {
    STOKER_CR_NAME: 'plant',
    STOKER_CONTAINER_DATA_DIR: '/data',
    POD_NAMESPACE: 'ns',
    POD_NAME: 'plant-0',
    POD_UID: 'uid',
  };

  test('starts the last known good release unless told otherwise', () => {
    expect(readEnvironment(env).startPolicy).toBe('LastKnownGood');
    expect(readEnvironment({ ...env, STOKER_START_POLICY: 'RequireSync' }).startPolicy).toBe('RequireSync');
  });

  test.each([
    ['STOKER_CR_NAME', ''],
    ['STOKER_CONTAINER_DATA_DIR', 'data'],
    ['STOKER_START_POLICY', 'Never'],
    ['POD_UID', undefined],
  ])('with %s as %j is refused by name', (name, value) => {
    expect(() => readEnvironment({ ...env, [name]: value })).toThrow(
      expect.objectContaining({ reason: 'InvalidEnvironment', message: expect.stringContaining(name) }),
    );
  });
});
