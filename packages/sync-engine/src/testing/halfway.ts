import { readdirSync, rmSync } from 'node:fs';
import type { ChildRun, Tracer } from './faults.ts';
import { writeTree } from './trees.ts';

/** Kills a run on the second target between its renames, as they were counted on the first. */
export function leaveHalfway(tracer: Tracer, first: string, second: string, run: Omit<ChildRun, 'target'>): string {
  const renames = tracer.run({ ...run, target: first }).points.filter(({ call }) => call === 'rename');
  tracer.run({ ...run, target: second }, `rename:signal=SIGKILL:when=${renames[Math.floor(renames.length / 2)]?.nth}`);
  return second;
}

/** What cannot be finished has to be undone. */
export function spoilStage(target: string): void {
  const stage = `${target}/.stoker/stage`;
  for (const name of readdirSync(stage)) rmSync(`${stage}/${name}`);
  writeTree(stage, { 0: 'x' });
}
