import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';

/** Of an API server that is away. */
const kubeconfig = `
apiVersion: v1
kind: Config
clusters: [{ name: away, cluster: { server: 'https://127.0.0.1:1' } }]
contexts: [{ name: away, context: { cluster: away } }]
current-context: away
`;

test('a controller that is told to end in the moment of its start ends by itself, also with the API server away', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-controller-'));
  try {
    writeFileSync(join(folder, 'kubeconfig'), kubeconfig);
    const addresses = ['--receiver-address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const main = [join(import.meta.dirname, 'main.ts'), '--kubeconfig', join(folder, 'kubeconfig'), ...addresses];
    const controller = spawn(process.execPath, ['--conditions=@stoker/source', ...main]);
    const ended = once(controller, 'exit');
    const said: string[] = [];
    for await (const line of createInterface(controller.stderr)) {
      const { msg } = JSON.parse(line) as { readonly msg: string };
      said.push(msg);
      if (msg === 'started') controller.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
    expect(said).toContain('stopping');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
