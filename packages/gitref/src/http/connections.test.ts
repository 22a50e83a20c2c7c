import { expect, test } from '@jest/globals';
import { request } from 'undici';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import type { Remote } from '../types.ts';
import { type Line, openConnections } from './connections.ts';

// Nobody answers there, and a connection that has ended does not even ask.
const url = parseRepositoryUrl('http://127.0.0.1:1/site.git', 'standalone');
const remote: Remote = { url, credentials: { kind: 'none' } };
const ended = { code: 'UND_ERR_DESTROYED' };
const ask = ({ dispatcher }: Line) => request(url.href, { dispatcher });

test('what is abandoned ends at once where nobody uses it, and else with the last who does', async () => {
  const connections = openConnections();
  const released = connections.borrow(remote);
  released.release();
  released.abandon();
  await expect(ask(released)).rejects.toMatchObject(ended);

  const first = connections.borrow(remote);
  const last = connections.borrow(remote);
  first.release();
  first.abandon();
  await expect(ask(last)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  last.release();
  await expect(ask(last)).rejects.toMatchObject(ended);
  await connections.close();
});
