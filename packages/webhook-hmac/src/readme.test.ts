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

test('the README shows the example as it is', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(read('../examples/receive.ts').trim());
});
