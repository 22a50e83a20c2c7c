// Checks .github/workflows: actionlint (built with Go the first time), and that every action is pinned to a commit.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../e2e/src/cluster/paths.ts';
import { ensureGoProgram } from '../setup/ensureGoProgram.ts';
import { findUnpinnedActions } from './findUnpinnedActions.ts';

const actionlint = await ensureGoProgram('actionlint', 20_000);
const files = globSync('.github/workflows/*.yml', { cwd: checkout }).toSorted();
// The same verdict with and without these two on the machine; what steps run are scripts of ours with checks of their own.
const flags = ['-shellcheck=', '-pyflakes='];
const done = spawnSync(actionlint, [...flags, ...files], { cwd: checkout, stdio: 'inherit' });
const unpinned = files.flatMap((file) => findUnpinnedActions(file, readFileSync(join(checkout, file), 'utf8')));
for (const fault of unpinned) console.error(fault);
process.exitCode = done.status === 0 && unpinned.length === 0 ? 0 : 1;
