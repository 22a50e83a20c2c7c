import { goProgram, type goPrograms, requireGoProgram } from '../../e2e/src/cluster/goPrograms.ts';
import { withProgress } from '../../e2e/src/cluster/progress.ts';
import { refuseWhereSetupIsOff } from '../../e2e/src/cluster/refuseWhereSetupIsOff.ts';
import { installGoProgram } from '../../e2e/src/cluster/goTool.ts';

/** How to call a program that only some commands need: built with Go the first time, `expectedMs` on two cores. Throws where nothing may be installed. */
export async function ensureGoProgram(name: keyof typeof goPrograms, expectedMs: number): Promise<string> {
  if (!goProgram(name)) {
    refuseWhereSetupIsOff(name);
    await withProgress(`building ${name}`, (report) => installGoProgram(name, report), expectedMs);
  }
  return requireGoProgram(name);
}
