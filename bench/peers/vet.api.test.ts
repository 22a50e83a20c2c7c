// Here, where Go is at hand anyway: the unit tests need none.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test.each(['kube', 'sync'])(
  'go vet finds nothing in the peer %s',
  async (peer) => {
    const { stdout, stderr } = await promisify(execFile)('go', ['vet', './...'], {
      cwd: join(import.meta.dirname, peer),
    });
    expect(stdout + stderr).toBe('');
  },
  600_000,
);
