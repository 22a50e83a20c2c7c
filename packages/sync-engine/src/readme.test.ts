import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');

function run(program: string) {
  // From inside the package its own name can be imported.
  const options = { encoding: 'utf8', cwd: import.meta.dirname } as const;
  const flags = ['--conditions=@stoker/source', '--input-type=module-typescript', '--eval'];
  return spawnSync(process.execPath, [...flags, program], options);
}

test('the first example syncs a folder into a directory', () => {
  using folder = temporaryFolder();
  writeTree(join(folder.path, 'from'), { 'a.json': '{}', 'deep/b.txt': 'b', 'empty/.gitkeep': '' });
  writeTree(join(folder.path, 'to'), { 'conf/old.txt': 'old', 'logs/kept.log': 'kept' });
  const [example = ''] = examples;
  const result = run(
    example.replace('/srv/config/site-a', join(folder.path, 'from')).replace('/var/lib/app', join(folder.path, 'to')),
  );
  expect(result.stderr).toBe('');
  expect(result.stdout).toContain('2 added, 0 modified, 1 deleted, 0 unchanged');
  expect(readTree(join(folder.path, 'to'))).toEqual({
    'conf/a.json': '{}',
    'conf/deep/b.txt': 'b',
    'logs/kept.log': 'kept',
  });
});

// It needs @stoker/gitref, of which this package knows nothing: e2e/src/libraries runs it.
test('the second example, with git, has no more than ten lines', () => {
  const [, example = ''] = examples;
  expect(example.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
});

test('the third example, a mapping with transforms, gives each target its own name', () => {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
  writeTree(from, {
    'config/system/a.json': '{ "systemName": "x", "other": 1.0 }',
    'config/hello.txt': 'I am {{.GatewayName}}',
  });
  writeTree(to, {});
  const [, , example = ''] = examples;
  const result = run(`import { directorySource, sync } from '@stoker/sync-engine';
${example}
await sync({
  source: directorySource(${JSON.stringify(from)}),
  target: ${JSON.stringify(to)},
  mappings: [site],
  variables: { GatewayName: 'north' },
});`);
  expect(result.stderr).toBe('');
  expect(readTree(to)).toEqual({
    'conf/system/a.json': '{ "systemName": "gw-north", "other": 1.0 }',
    'conf/hello.txt': 'I am north',
  });
});

test('there is no other example, which nobody would run', () => {
  expect(readme.match(/^```\w+$/gm)).toEqual(['```ts', '```ts', '```ts']);
});
