import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { server } from '../examples/receive.ts';
import { commit, hmac } from './testing/deliveries.ts';

test('the example of the README receives a signed push', async () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit });
  const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac('the old secret', body)}` };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  const { status } = await fetch(url, { method: 'POST', body, headers });
  server.closeAllConnections();
  server.close();
  expect(status).toBe(202);
  expect(said).toHaveBeenCalledWith(`push refs/heads/main is at ${commit}`);
  said.mockRestore();
});

test('the two calls that the README begins with judge a push and read it', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, calls = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit });
  const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac('old', body)}` };
  const program = `const headers = ${JSON.stringify(headers)};
const body = new TextEncoder().encode(${JSON.stringify(body)});
${calls}
console.log(JSON.stringify({ verdict, event }));`;
  // From inside the package its own name can be imported.
  const flags = ['--conditions=@stoker/source', '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8', cwd: import.meta.dirname });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: { ok: true, sender: 'github' },
    event: { sender: 'github', kind: 'push', ref: 'refs/heads/main', commit },
  });
});

test('the README shows the example as it is', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(read('../examples/receive.ts').trim());
});
