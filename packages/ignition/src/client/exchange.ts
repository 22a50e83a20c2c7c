import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connectionError, gatewayError } from './gatewayError.ts';

/** How a gateway is reached. */
export interface Access {
  readonly baseUrl: URL;
  /** PEM; replaces the system's authorities. */
  readonly caBundle: string | undefined;
  readonly insecureSkipVerify: boolean;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole answer, not from byte to byte: a server that drips is not alive. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** More than any answer of the API that is read here. */
const maximumBytes = 1024 * 1024;

/**
 * One request and its whole answer, whatever its status; redirects are not followed. A connection of its own each time: a
 * sidecar asks too rarely to keep one.
 * @throws StokerError `GatewayUnreachable`, `GatewayTimeout`, `GatewayCertificateInvalid`, `GatewayError`
 */
export async function exchange(access: Access, request: Request, signal?: AbortSignal): Promise<Answer> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(request.timeoutMs);
  try {
    const message = await send(access, request, signal ? AbortSignal.any([deadline, signal]) : deadline);
    const { statusCode = 0, headers } = message;
    return { status: statusCode, location: headers.location, body: await readBody(message, access) };
  } catch (error) {
    signal?.throwIfAborted();
    throw connectionError(error, access.baseUrl, deadline.aborted ? request.timeoutMs : undefined);
  }
}

function send({ baseUrl, caBundle, insecureSkipVerify }: Access, request: Request, signal: AbortSignal) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const { method, path, headers, body } = request;
    const common = { method, headers, signal, agent: false } as const;
    const url = new URL(path, baseUrl);
    const outgoing =
      baseUrl.protocol === 'https:'
        ? requestHttps(url, {
            ...common,
            ...(caBundle !== undefined && { ca: caBundle }),
            ...(isLoopback(baseUrl.hostname) && { checkServerIdentity: () => undefined }),
            rejectUnauthorized: !insecureSkipVerify,
          })
        : requestHttp(url, common);
    outgoing.once('response', resolve).once('error', reject).end(body);
  });
}

/** A gateway's certificate names the host that people use, never `localhost`: beside the agent, the issuer alone says who it is. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
}

async function readBody(message: IncomingMessage, { baseUrl }: Access): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) {
      throw gatewayError(
        'GatewayError',
        `the gateway at ${baseUrl.origin} answered with more than ${maximumBytes} bytes`,
        {
          hint: 'check that gateway.port is the port of an Ignition gateway',
        },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
