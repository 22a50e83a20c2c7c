// The example in the README of @stoker/sync-engine that needs two of our packages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createRepository } from '@stoker/gitref/testing';
import { checkout } from '../cluster/paths.ts';

test('a folder of a git repository is synced into a directory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-libraries-'));
  try {
    const repository = await createRepository(folder, 'site');
    await repository.commit({ 'conf/a.json': '{}', 'conf/deep/b.txt': 'b', 'elsewhere.txt': '' });
    const target = join(folder, 'target');
    mkdirSync(target);
    const readme = readFileSync(join(checkout, 'packages/sync-engine/README.md'), 'utf8');
    const [, example = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
    const program = example
      .replace('https://git.example.com/site.git', repository.path)
      .replace('/var/cache/site', join(folder, 'cache'))
      .replace('/var/lib/app', target);
    const flags = ['--conditions=@stoker/source', '--input-type=module-typescript', '--eval'];
    const result = spawnSync(process.execPath, [...flags, program], { encoding: 'utf8', cwd: import.meta.dirname });
    expect(result).toMatchObject({ stderr: '', stdout: 'synced\n' });
    expect(readdirSync(target).toSorted()).toEqual(['.stoker', 'a.json', 'deep']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
