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

test('an injector that is told to end while it waits for the API server ends by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-injector-'));
  try {
    writeFileSync(join(folder, 'kubeconfig'), kubeconfig);
    const addresses = ['--address', '127.0.0.1:0', '--health-address', '127.0.0.1:0'];
    const files = [
      '--kubeconfig',
      join(folder, 'kubeconfig'),
      '--agent-image',
      'agent',
      '--self-managed-tls',
      'stoker',
      '--namespace',
      'stoker',
    ];
    const main = [join(import.meta.dirname, 'main.ts'), ...files, ...addresses];
    const injector = spawn(process.execPath, ['--conditions=@stoker/source', ...main]);
    const ended = once(injector, 'exit');
    const said: string[] = [];
    for await (const line of createInterface(injector.stderr)) {
      const { msg } = JSON.parse(line) as { readonly msg: string };
      // It has tried, in vain. A second signal would end it whatever it does.
      if (msg === 'watch interrupted' && !said.includes(msg)) injector.kill('SIGTERM');
      said.push(msg);
    }
    expect([await ended, said.includes('stopping')]).toEqual([[0, null], true]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
