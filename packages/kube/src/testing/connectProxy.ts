import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy as a company has one: it knows nothing but CONNECT. */
export interface ConnectProxy {
  readonly url: string;
  /** Whom it was asked for, in order. */
  readonly targets: readonly string[];
  /** Whether it answers 403 from now on. */
  refuses: boolean;
  /** Ends all that goes through it. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts one on loopback that leads to this server, whatever it is asked for. */
export async function startConnectProxy(to: { readonly host: string; readonly port: number }): Promise<ConnectProxy> {
  const targets: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, socket: Socket) => {
    targets.push(url);
    if (proxy.refuses) return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const upstream = connect(to.port, to.host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    refuses: false,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
    close: async () => {
      proxy.cut();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}
