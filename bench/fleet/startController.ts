import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../bundle.ts';
import { cpuMsOf, memoryOf } from '../processFacts.ts';

export interface RunningController {
  readonly startedAt: number;
  readonly receiverPort: number;
  /** One value of its metrics: the sum of all series whose name and labels fit; 0 without any. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  cpuMs(): number;
  memory(): ReturnType<typeof memoryOf>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** What V8 chooses by itself in a pod with the 384 MiB that the chart gives the controller; here it sees the whole machine. */
const heapMiB = 192;

/** Answers how to start a replica: one bundled file, with the flags that node has in the image. */
export function controllerOf(
  folder: string,
  kubeconfig: string,
  argv: readonly string[],
): () => Promise<RunningController> {
  const program = bundle(join(import.meta.dirname, 'controller.ts'), join(folder, 'controller'));
  const flags = [
    '--v8-pool-size=1',
    '--max-semi-space-size=1',
    '--no-memory-reducer',
    `--max-old-space-size=${heapMiB}`,
  ];
  return async () => {
    const { NODE_OPTIONS: _ours, ...env } = process.env;
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...flags, program, ...argv], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...env, KUBECONFIG: kubeconfig },
    });
    const exited = once(child, 'exit');
    const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
    const [line] = await Promise.race([said, exited.then(() => [undefined] as const)]);
    if (line === undefined) throw new Error(`the controller has ended with ${child.exitCode ?? child.signalCode}`);
    const { receiverPort, healthPort } = JSON.parse(line) as { receiverPort: number; healthPort: number };
    const pid = child.pid ?? 0;
    return {
      startedAt,
      receiverPort,
      metric: async (name, labels = {}) => {
        const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
        return sumOf(text, name, labels);
      },
      cpuMs: () => cpuMsOf(pid),
      memory: () => memoryOf(pid),
      end: async (signal) => {
        child.kill(signal);
        await exited;
      },
    };
  };
}

function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const series = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const fitting = series.filter((line) => wanted.every((label) => line.includes(label)));
  return fitting.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
