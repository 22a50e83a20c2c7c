import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

test('the example of the README syncs a folder into a directory', () => {
  using folder = temporaryFolder();
  writeTree(join(folder.path, 'from'), { 'a.json': '{}', 'deep/b.txt': 'b', 'empty/.gitkeep': '' });
  writeTree(join(folder.path, 'to'), { 'conf/old.txt': 'old', 'logs/kept.log': 'kept' });
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const program = example
    .replace('/srv/config/site-a', join(folder.path, 'from'))
    .replace('/var/lib/app', join(folder.path, 'to'));
  // From inside the package its own name can be imported.
  const options = { encoding: 'utf8', cwd: import.meta.dirname } as const;
  const flags = ['--conditions=@stoker/source', '--input-type=module-typescript', '--eval'];
  const result = spawnSync(process.execPath, [...flags, program], options);
  expect(result.stderr).toBe('');
  expect(result.stdout).toContain('2 added, 0 modified, 1 deleted, 0 unchanged');
  expect(readTree(join(folder.path, 'to'))).toEqual({
    'conf/a.json': '{}',
    'conf/deep/b.txt': 'b',
    'logs/kept.log': 'kept',
  });
});
