// Runs the sidecar as its container would, with its volumes below one folder: node sidecar.ts FOLDER
import { join } from 'node:path';
import { startSidecar } from '../startSidecar.ts';

const [, , folder = ''] = process.argv;
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

await startSidecar(
  {
    paths: {
      credentials: join(folder, 'credentials'),
      pod: join(folder, 'pod'),
      cache: join(folder, 'cache'),
      run: join(folder, 'run'),
    },
    healthPort: 0,
    // The test's git server is on this machine.
    repositoryScope: 'standalone',
    logLevel: 'debug',
    sessionWaitMs: Number(process.env['TEST_SESSION_WAIT_MS'] ?? 600_000),
    workerScript: new URL('../../syncWorker.ts', import.meta.url),
  },
  process.env,
  stop.signal,
);
