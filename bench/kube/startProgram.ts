import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../bundle.ts';
import { cpuMsOf } from '../processFacts.ts';

/** What a program reconciles with: nothing, a look into its cache, or one write of another object. */
export type Mode = 'cache' | 'read' | 'write';

/** How to start a program: its file and the arguments before the common ones. */
export type Command = readonly [file: string, ...args: string[]];

interface Facts {
  /** All is cached. */
  readonly cached: { readonly ms: number; readonly peakBytes: number };
  /** Every object has been reconciled once; the time is from the first call on. */
  readonly reconciled: { readonly ms: number };
  /** When each change was first reconciled, on the clock of `milliseconds`; ours counts reconciles and requests, too. */
  readonly seen: {
    readonly at: Readonly<Record<string, number>>;
    readonly reconciles?: number;
    readonly requests?: number;
  };
}

export interface RunningProgram {
  readonly cached: Promise<Facts['cached']>;
  readonly reconciled: Promise<Facts['reconciled']>;
  /** Processor time that it has used, in milliseconds. */
  cpuMs(): number;
  /** Asks it to end, and answers what it has seen. Throws when it fails. */
  end(): Promise<Facts['seen']>;
}

const here = import.meta.dirname;

/** Ours as it is delivered: one file of JavaScript, and the flags that node has in the image of the controller. */
export function ours(folder: string): Command {
  const program = bundle(join(here, 'ours.ts'), join(folder, 'ours'));
  const flags = ['--v8-pool-size=1', '--max-semi-space-size=1', '--no-memory-reducer'];
  return [process.execPath, ...flags, program];
}

/** The same with controller-runtime; built on first use. Throws where there is no Go. */
export function peer(folder: string): Command {
  const binary = join(folder, 'peer');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(here, '../peers/kube'), stdio: 'inherit' });
  return [binary];
}

export function startProgram(
  [file, ...args]: Command,
  { mode, namespace, objects, kubeconfig }: { mode: Mode; namespace: string; objects: number; kubeconfig: string },
): RunningProgram {
  const { NODE_OPTIONS: _ours, ...env } = process.env;
  const child = spawn(file, [...args, mode, namespace, String(objects)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, KUBECONFIG: kubeconfig },
  });
  const exited = once(child, 'exit');
  const facts = {
    cached: Promise.withResolvers<Facts['cached']>(),
    reconciled: Promise.withResolvers<Facts['reconciled']>(),
    seen: Promise.withResolvers<Facts['seen']>(),
  };
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const { event, ...fact } = JSON.parse(line) as { event: keyof Facts };
    (facts[event].resolve as (value: object) => void)(fact);
  });
  lines.on('close', () => {
    for (const { promise, reject } of Object.values(facts)) {
      // Whoever waits for it is told all the same; without anybody who waits, node would end this process.
      promise.catch(() => undefined);
      reject(new Error(`${file} has ended`));
    }
  });
  return {
    cached: facts.cached.promise,
    reconciled: facts.reconciled.promise,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    end: async () => {
      child.stdin.end();
      const [code] = await exited;
      if (code !== 0) throw new Error(`${file} ended with ${code}`);
      return facts.seen.promise;
    },
  };
}
