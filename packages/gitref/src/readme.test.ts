import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { createRepository } from './testing/index.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'listCommit.ts');

test('the example of the README runs as it stands', async () => {
  expect(await readFile(join(packageFolder, 'README.md'), 'utf8')).toContain(await readFile(example, 'utf8'));

  const root = await mkdtemp(join(tmpdir(), 'gitref-readme-'));
  const repository = await createRepository(root, 'site');
  await repository.commit({ 'projects/site/view.json': '{}', 'projects/link': { symlink: 'site' }, other: '' });
  const nodeArguments = ['--conditions=@stoker/source', example, repository.path, 'main', join(root, 'cache')];
  const { stdout } = await promisify(execFile)(process.execPath, nodeArguments);
  expect(stdout).toBe('symlink projects/link\nfile projects/site/view.json\n');
  await rm(root, { recursive: true, force: true });
});
