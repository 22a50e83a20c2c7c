import type { KubeClient } from '@stoker/kube';
import { createObjects } from './load.ts';
import { type Both, type Load, measureCaching, measureReading, measureWriting, type ProgramName } from './measure.ts';
import { type Command, type Mode, startProgram } from './startProgram.ts';

/** What one run of one program took. */
export interface Figures {
  readonly cachedMs: number;
  readonly peakBytes: number;
  readonly idleCpuMs: number;
  /** With a look into the cache as the whole reconcile. */
  readonly reconcilesPerSecond: number;
  /** With one server-side apply each. */
  readonly writesPerSecond: number;
  /** From sending a change to the call of reconcile. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
}

const namespace = 'bench';

/** Every case with both programs, in turns, all against one API server. */
export async function runCases(
  { client, kubeconfig }: { readonly client: KubeClient; readonly kubeconfig: string },
  commands: Both<Command>,
  { runs, ...load }: Load & { readonly runs: number },
  say: (line: string) => void,
): Promise<Both<readonly Figures[]>> {
  const { objects } = load;
  const start = (name: ProgramName, mode: Mode) =>
    startProgram(commands[name], { mode, namespace, objects, kubeconfig });
  say(`creating ${objects} objects to cache and as many to write`);
  await createObjects(client, namespace, objects);
  const figures: Record<ProgramName, Figures[]> = { ours: [], peer: [] };
  for (let run = 0; run < runs; run += 1) {
    // Whoever goes first finds the server in another state: they take turns in that, too.
    const names: readonly ProgramName[] = run % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
    say(`run ${run + 1} of ${runs}: list, then ${load.idleSeconds} s of nothing`);
    const caching = await measureCaching(start, names, client, load);
    say(`run ${run + 1} of ${runs}: reconciles and changes`);
    const reading = await measureReading(start, names, { client, namespace, prefix: `run-${run}` }, load);
    for (const name of names) {
      say(`run ${run + 1} of ${runs}: writes, ${name}`);
      figures[name].push({ ...caching[name], ...reading[name], ...(await measureWriting(start, name, load)) });
    }
  }
  return figures;
}
