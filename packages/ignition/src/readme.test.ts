import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { startFakeServer } from './testing/fakeServer.ts';

jest.setTimeout(30_000);

const packageFolder = join(import.meta.dirname, '..');
const example = join(packageFolder, 'examples', 'scanWhileNothingChanges.ts');

test('the example of the README runs as it stands', async () => {
  expect(await readFile(join(packageFolder, 'README.md'), 'utf8')).toContain(await readFile(example, 'utf8'));

  let lastScanTimestamp = 1;
  const status = () => ({ body: { scanActive: false, lastScanTimestamp, lastScanDuration: 1 } });
  const server = await startFakeServer({
    '/StatusPing': { body: { state: 'RUNNING' } },
    '/system/gwinfo': { body: 'ContextStatus=RUNNING;Version=8.3.4;' },
    '/data/api/v1/scan-lock/projects': { body: { actor: 'stoker', remaining: 60, timestamp: 1 } },
    '/data/api/v1/scan/projects': ({ method }) => {
      if (method === 'POST') lastScanTimestamp += 1;
      return status();
    },
  });
  const nodeArguments = ['--conditions=@stoker/source', example, server.url, 'stoker:a2V5'];
  const { stdout } = await promisify(execFile)(process.execPath, nodeArguments);
  expect(stdout).toBe('scanned true\n');
  await server.close();
});
