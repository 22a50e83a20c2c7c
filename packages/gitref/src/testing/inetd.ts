import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

interface Inetd {
  readonly port: number;
  /** Ends the programs of open connections too. */
  close(): Promise<void>;
}

/**
 * Runs a program for each connection, with the connection as its stdin and stdout: so programs that cannot choose a free
 * port themselves get one.
 */
export async function startInetd(
  listen: { readonly host: string; readonly port: number },
  program: readonly [command: string, ...args: string[]],
): Promise<Inetd> {
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const [command, ...args] = program;
    const child = spawn(command, args, { stdio: [socket, socket, 'ignore'], detached: true });
    children.add(child);
    child.once('close', () => children.delete(child));
    // From here on the connection is the child's alone. A program that cannot be started hangs up that way.
    child.once('spawn', () => socket.destroy());
    child.once('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const child of children) child.kill();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
