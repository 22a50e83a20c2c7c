import { describeError } from '@stoker/errors';
import type { ObjectKey } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { readEvents } from '@stoker/webhook-hmac';
import { signedBody } from '@stoker/webhook-hmac/express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { createServer } from 'node:http';
import { listen, type Listening } from '../listen.ts';
import type { Metrics } from '../metrics.ts';
import type { Address } from '../options.ts';
import type { Receiver } from './receiver.ts';

/** GitHub sends up to 2,048 commits with the names of their files in one push. */
const maxBytes = 5 * 1024 * 1024;
const defaultDeadlines = { headersMs: 5_000, bodyMs: 10_000 };

/** `POST /webhook/{namespace}/{name}` and `POST /webhook`. Nothing is parsed before its signature is checked. */
export async function startReceiverServer(options: {
  readonly address: Address;
  readonly receiver: Receiver;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** For a sender that drips: until the headers, and then the body, have to be there. */
  readonly deadlines?: { readonly headersMs: number; readonly bodyMs: number };
}): Promise<Listening> {
  const { receiver, metrics, logger, deadlines = defaultDeadlines } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  const genuine = signedBody({
    secrets: (request) => receiver.secretsFor(pathOf(request)),
    maxBytes,
    deadlineMs: deadlines.bodyMs,
  });
  const receive = (request: Request, response: Response, next: NextFunction) => {
    handle(request, receiver).then(({ status, body }) => response.status(status).json(body), next);
  };
  const count = (_request: Request, response: Response, next: NextFunction) => {
    response.once('finish', () => {
      if (response.statusCode === 401) metrics.pushEvent('unknown', 'refused');
    });
    next();
  };
  app.post(['/webhook', '/webhook/:namespace/:name'], count, genuine, receive);
  app.use((_request: Request, response: Response) => void response.status(404).json({ error: 'NotFound' }));
  // Four parameters tell express that this is the handler of errors.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const { reason, message, hint } = describeError(error);
    if (reason === 'EventNotRelevant') {
      response.status(202).json({ accepted: 0, ignored: [message] });
    } else if (reason === 'InvalidPayload') {
      metrics.pushEvent(String(response.locals['sender'] ?? 'unknown'), 'refused');
      response.status(400).json({ error: reason, message, hint });
    } else {
      logger.error('push event not handled', { error });
      response.status(500).json({ error: 'InternalError' });
    }
  });
  const server = createServer(
    {
      requestTimeout: deadlines.bodyMs + deadlines.headersMs,
      headersTimeout: deadlines.headersMs,
      // Node looks for late ones at this interval only: 30 s unless told otherwise.
      connectionsCheckingInterval: deadlines.headersMs / 5,
    },
    app,
  );
  return listen(server, options.address);
}

async function handle(request: Request, receiver: Receiver) {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) throw new TypeError('the body of a genuine request is its bytes');
  return receiver.receive(readEvents({ headers: request.headersDistinct, body }), pathOf(request));
}

/** Undefined on the path of the installation. */
function pathOf({ params }: Request): ObjectKey | undefined {
  const { namespace, name } = params;
  return typeof namespace === 'string' && typeof name === 'string' ? { namespace, name } : undefined;
}
