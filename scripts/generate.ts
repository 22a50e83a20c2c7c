// npm run generate: runs `scripts/generate.ts` of every package that has one, of the charts, and the reference of metrics. What they write is committed.
// With --check it fails when that changes anything that git tracks or would track.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workspaces } from './workspaces.ts';

const root = join(import.meta.dirname, '..');

function changes(): string {
  const found = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], { cwd: root, encoding: 'utf8' });
  const diff = spawnSync('git', ['diff'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (found.status !== 0 || diff.status !== 0) throw new Error(`git failed: ${found.stderr}${diff.stderr}`);
  return found.stdout + diff.stdout;
}

const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
if (unknown.length > 0) {
  console.error(`npm run generate does not know ${unknown.join(' ')}; it can be given --check`);
  process.exit(2);
}

const before = changes();
const folders = [...workspaces().map((workspace) => workspace.folder), 'deploy/charts'];
const generators = folders
  .map((folder) => join(root, folder, 'scripts/generate.ts'))
  .filter((file) => existsSync(file));
for (const generator of [...generators, join(root, 'scripts/docs/generateMetricsReference.ts')]) {
  const done = spawnSync(process.execPath, ['--conditions=@stoker/source', generator], {
    cwd: join(dirname(generator), '..'),
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
if (process.argv.includes('--check') && changes() !== before) {
  const status = spawnSync('git', ['status', '--short'], { cwd: root, encoding: 'utf8' });
  console.error(
    `generated files are not what their sources make; commit what npm run generate writes:\n${status.stdout}`,
  );
  process.exitCode = 1;
}
