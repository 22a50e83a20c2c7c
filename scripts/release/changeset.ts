import { join } from 'node:path';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';

const program = join(import.meta.dirname, '../../node_modules/@changesets/cli/bin.js');

/** Runs `changeset` in the checkout `root` and shows what it says. Throws with its output when it fails. */
export async function changeset(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  process.stdout.write(await runProgram(process.execPath, [program, ...args], { cwd: root, env }));
}
