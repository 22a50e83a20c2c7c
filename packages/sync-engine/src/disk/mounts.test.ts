import { expect, test } from '@jest/globals';
import { parseMountPoints } from './mounts.ts';

test('reads mount points with their escapes undone', () => {
  const table = [
    '22 27 0:21 / / rw,relatime - ext4 /dev/vda rw',
    '31 22 254:1 /pvc/conf/a.json /data/conf/a.json rw,relatime shared:1 - ext4 /dev/vda rw',
    String.raw`32 22 0:50 / /data/with\040blank\134x rw - tmpfs tmpfs rw`,
    '',
  ].join('\n');
  expect(parseMountPoints(table)).toEqual(['/', '/data/conf/a.json', String.raw`/data/with blank\x`]);
});
