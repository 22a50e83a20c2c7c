import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface BackendOptions {
  readonly protocolVersion2: boolean;
  readonly shaWants: boolean;
  readonly shallow: boolean;
  /** Where the body ends, and whether the connection then stays open. */
  readonly cut: { readonly kind: 'truncate' | 'stall'; readonly bytes: number } | undefined;
}

/** One request through the CGI program `git http-backend`. */
export function serveGit(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: BackendOptions,
): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant',
      GIT_CONFIG_VALUE_0: String(options.shaWants),
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: options.protocolVersion2 ? String(request.headers['git-protocol'] ?? '') : undefined,
      REMOTE_ADDR: request.socket.remoteAddress,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // The client may hang up, and the backend may refuse the rest of a body: both end in the other's close.
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  response.once('close', () => child.kill());

  let header: Buffer | undefined = Buffer.alloc(0);
  let sent = 0;
  const send = (bytes: Buffer): void => {
    const body = options.shallow ? bytes : withoutShallow(bytes);
    const room = Math.max(0, (options.cut?.bytes ?? Number.POSITIVE_INFINITY) - sent);
    sent += body.length;
    response.write(body.subarray(0, room));
    if (body.length > room && options.cut?.kind === 'truncate') response.destroy();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (header === undefined) return send(chunk);
    header = Buffer.concat([header, chunk]);
    const end = header.indexOf('\r\n\r\n');
    if (end === -1) return;
    writeHead(response, header.subarray(0, end).toString());
    const rest = header.subarray(end + 4);
    header = undefined;
    if (rest.length > 0) send(rest);
  });
  child.once('error', () => response.destroy());
  child.once('close', () => {
    if (options.cut?.kind !== 'stall' || sent <= options.cut.bytes) response.end();
  });
}

function writeHead(response: ServerResponse, header: string): void {
  let status = 200;
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** Takes the capability out of an advertisement without changing the length of its packet lines. */
function withoutShallow(bytes: Buffer): Buffer {
  return Buffer.from(
    bytes.toString('latin1').replace(/ shallow deepen-since deepen-not/, (words) => ' '.repeat(words.length)),
    'latin1',
  );
}
