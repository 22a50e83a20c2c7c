import { expect, test } from '@jest/globals';
import { sync } from '../index.ts';
import { memoryRequest, refusal } from '../testing/requests.ts';
import { temporaryFolder } from '../testing/trees.ts';

/** A path of so many bytes below the target, folder and file of the mapping included. */
function pathOf(target: string, bytes: number): string {
  const rest = bytes - Buffer.byteLength(`${target}/conf/`);
  const names = `${'a'.repeat(99)}/`.repeat(Math.ceil(rest / 100));
  return `${names.slice(0, rest - 1)}b`;
}

test('a file that fits below the target is written, and one byte more is refused before anything is changed', async () => {
  using folder = temporaryFolder();
  const tooLong = memoryRequest(folder.path, { [pathOf(folder.path, 4096)]: 'x' });
  expect(await refusal(tooLong)).toMatchObject({ reason: 'UnsafePath' });
  const fits = () => memoryRequest(folder.path, { [pathOf(folder.path, 4095)]: 'x' });
  expect(await sync(fits())).toMatchObject({ counts: { added: 1 } });
  expect(await sync(fits())).toMatchObject({ outcome: 'unchanged' });
});
