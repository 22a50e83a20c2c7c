import { describeError } from '@stoker/errors';
import type { ObjectKey } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { readEvents } from '@stoker/webhook-hmac';
import { signedBody } from '@stoker/webhook-hmac/express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { createServer } from 'node:http';
import { type Address, listen, type Listening } from '@stoker/service';
import type { Receiver } from './receiver.ts';

/** GitHub sends up to 2,048 commits with the names of their files in one push. */
const maxBytes = 5 * 1024 * 1024;
/** Of all connections together, before anybody has shown who they are: six of the largest, or hundreds as they usually are. */
const maxBytesInFlight = 32 * 1024 * 1024;
/** Each costs its headers at most, until it has a share of those bytes. An ingress keeps a few dozen. */
const maxConnections = 1_000;
/**
 * Proxies keep connections to what is behind them, nginx for 60 s and those written in Go for 90 s. Ended here before, a push event
 * that is on its way at that moment is lost: nobody may send a POST again by himself.
 */
const keepAliveTimeoutMs = 120_000;
const defaultDeadlines = { headersMs: 5_000, bodyMs: 10_000 };

export interface ReceiverServer extends Listening {
  /** From now on each connection is answered once more and closed, so that who calls again finds another replica. */
  drain(): void;
}

/** `POST /webhook/{namespace}/{name}` and `POST /webhook`. Nothing is parsed before its signature is checked. */
export async function startReceiverServer(given: {
  readonly address: Address;
  readonly receiver: Receiver;
  readonly logger: Logger;
  /** For a sender that drips: until the headers, and then the body, have to be there. */
  readonly deadlines?: { readonly headersMs: number; readonly bodyMs: number };
  readonly maxBytesInFlight?: number;
}): Promise<ReceiverServer> {
  let isDraining = false;
  const { receiver, logger, deadlines = defaultDeadlines } = given;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_request: Request, response: Response, next: NextFunction) => {
    if (isDraining) response.set('connection', 'close');
    next();
  });
  const genuine = signedBody({
    secrets: (request) => receiver.secretsFor(pathOf(request)),
    maxBytes,
    maxBytesInFlight: given.maxBytesInFlight ?? maxBytesInFlight,
    deadlineMs: deadlines.bodyMs,
    onRefused: (request, reason) => receiver.refused(pathOf(request), reason),
  });
  const receive = (request: Request, response: Response, next: NextFunction) => {
    handle(request, receiver).then(({ status, body }) => response.status(status).json(body), next);
  };
  // Four parameters tell express that this is a handler of errors.
  const refuse = (error: unknown, request: Request, response: Response, next: NextFunction) => {
    const { reason, message, hint } = describeError(error);
    if (reason === 'EventNotRelevant') {
      response.status(202).json({ accepted: 0, ignored: [message] });
    } else if (reason === 'InvalidPayload') {
      receiver.unreadable(pathOf(request), { sender: String(response.locals['sender'] ?? 'unknown'), error });
      response.status(400).json({ error: reason, message, hint });
    } else next(error);
  };
  app.post(['/webhook', '/webhook/:namespace/:name'], genuine, receive, refuse);
  app.use((_request: Request, response: Response) => void response.status(404).json({ error: 'NotFound' }));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    // A path that is no URL is not there, like any other that is not.
    if (error instanceof URIError) {
      response.status(404).json({ error: 'NotFound' });
      return;
    }
    logger.error('push event not handled', { error });
    response.status(500).json({ error: 'InternalError' });
  });
  const server = createServer(
    {
      requestTimeout: deadlines.bodyMs + deadlines.headersMs,
      headersTimeout: deadlines.headersMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // Node looks for late ones at this interval only: 30 s unless told otherwise.
      connectionsCheckingInterval: deadlines.headersMs / 5,
    },
    app,
  );
  server.maxConnections = maxConnections;
  return {
    ...(await listen(server, given.address)),
    drain: () => {
      isDraining = true;
    },
  };
}

async function handle(request: Request, receiver: Receiver) {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) throw new TypeError('the body of a genuine request is its bytes');
  // What waits for the cluster is the event; its body is no longer counted, so it must not be kept.
  request.body = undefined;
  return receiver.receive(readEvents({ headers: request.headersDistinct, body }), pathOf(request));
}

/** Undefined on the path of the installation. */
function pathOf({ params }: Request): ObjectKey | undefined {
  const { namespace, name } = params;
  return typeof namespace === 'string' && typeof name === 'string' ? { namespace, name } : undefined;
}
