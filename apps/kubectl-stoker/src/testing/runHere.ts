import { PassThrough } from 'node:stream';
import { run } from '../run.ts';

/** What a command line writes in this process, and how it ends. */
export async function runHere(argv: readonly string[], stop = new AbortController().signal) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    streams[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  }
  const code = await run(argv, { ...streams, stop });
  // What was written is read a moment later.
  await new Promise((read) => setImmediate(read));
  return { code, ...written };
}
