import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../cluster/runProgram.ts';
import { type Sources, theseSources } from './previousRelease.ts';

/** A registry, and what a client needs in its environment to trust it. */
interface Destination {
  readonly address: string;
  readonly trust: Readonly<Record<string, string>>;
}

/** A release of the three programs under `version`, whose steps note what they did in `folder`. */
export function planRelease(folder: string, version: string): void {
  mkdirSync(join(folder, 'npm'), { recursive: true });
  const programs = ['@stoker/agent', '@stoker/controller', '@stoker/injector-webhook'];
  const plan = [programs.map((name) => ({ kind: 'tag-only', name, version }))];
  writeFileSync(join(folder, 'npm/publish-plan.json'), JSON.stringify({ version: 1, plan }));
}

/** Runs a step of `npm run release`, as `sources` have it, with `registry` as the place of images and chart. Throws with what it says. */
export async function releaseStep(
  registry: Destination,
  folder: string,
  step: string,
  { root, env }: Sources = theseSources,
): Promise<void> {
  const program = join(root, 'scripts/release/main.ts');
  const args = ['--conditions=@stoker/source', program, step, '--out', folder];
  const destination = { ...registry.trust, STOKER_REGISTRY: `${registry.address}/stoker` };
  await runProgram(process.execPath, args, { cwd: root, env: { ...env, ...destination } });
}
