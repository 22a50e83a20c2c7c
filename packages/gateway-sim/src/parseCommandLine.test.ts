import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from './parseCommandLine.ts';

describe('parseCommandLine', () => {
  test('needs no more than the data folder', () => {
    expect(parseCommandLine(['--data-dir=/data'])).toMatchObject({
      dataDir: '/data',
      httpPort: 8088,
      httpsPort: 8043,
      signaturePolicy: 'accept',
      ownerUid: process.getuid?.(),
    });
  });

  test('takes files of any owner where it is told to', () => {
    expect(parseCommandLine(['--data-dir=/data', '--owner=any'])).toMatchObject({ ownerUid: undefined });
  });

  test.each([
    [[], '--data-dir is missing'],
    [['--data-dir=/data', '--http-port=web'], '--http-port is web'],
    [['--data-dir=/data', '--signatures=maybe'], 'neither accept nor skip'],
    [['--data-dir=/data', '--unknown'], '--unknown'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
