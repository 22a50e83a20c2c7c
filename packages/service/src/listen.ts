import type { Server } from 'node:http';
import type { Address } from './optionValues.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts listening; port 0 takes any free one. Closing ends open connections too. */
export async function listen(server: Server, address: Address): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Without a host node takes :: and with it IPv4, or 0.0.0.0 where the kernel has no IPv6; said to be ::, it would fail there.
    server.listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
