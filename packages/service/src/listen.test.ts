import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, test } from '@jest/globals';
import { listen } from './listen.ts';
import { addressOf } from './optionValues.ts';

const own = new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));
/** Of these those that this machine has: some have no IPv6. */
const loopback = ['127.0.0.1', '::1'].filter((address) => own.has(address));

test.each(loopback)('without a host a server is reached at every address, %s for one', async (address) => {
  const server = createServer((_request, response) => void response.end('reached'));
  const { port, close } = await listen(server, addressOf('address', ':0'));
  try {
    const response = await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${port}`);
    expect(await response.text()).toBe('reached');
  } finally {
    await close();
  }
});
