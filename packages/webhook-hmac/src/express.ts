import { isStokerError } from '@stoker/errors';
import type { Request, RequestHandler, Response } from 'express';
import { type BodyLimits, readBody } from './readBody.ts';
import { verify } from './verify.ts';

export interface SignedBodyOptions extends Partial<BodyLimits> {
  /**
   * Secrets that a request may be signed with, from memory. For a path that does not exist give one that nobody knows: it
   * is refused like any other, after the same work.
   */
  readonly secrets: (request: Request) => readonly string[];
}

const defaults: BodyLimits = { maxBytes: 1024 * 1024, deadlineMs: 10_000 };
const statuses: Readonly<Record<string, number>> = { BodyTooLarge: 413, BodyTooSlow: 408 };

/**
 * Lets only genuine deliveries pass, with their raw bytes in `request.body` and the sender in `response.locals.sender`.
 * Answers 413 to a body above `maxBytes` (1 MiB), 408 to one that takes longer than `deadlineMs` (10 s), and 401 to
 * everything else, without a reason: whoever asks has not said who they are. Put it in front of every body parser.
 */
export function signedBody(options: SignedBodyOptions): RequestHandler {
  const limits = {
    maxBytes: options.maxBytes ?? defaults.maxBytes,
    deadlineMs: options.deadlineMs ?? defaults.deadlineMs,
  };
  return async (request, response, next) => {
    const body = await readBody(request, limits).catch((error: unknown) => refuse(error, request, response));
    if (body === undefined) return;
    const verdict = verify({ headers: request.headersDistinct, body, secrets: options.secrets(request) });
    if (!verdict.ok) {
      response.status(401).json({ error: 'Unauthorized' });
      return;
    }
    request.body = body;
    response.locals['sender'] = verdict.sender;
    next();
  };
}

/** Answers what the sender is to blame for; throws on anything else, which express hands to its error handlers. */
function refuse(error: unknown, request: Request, response: Response): undefined {
  if (!isStokerError(error)) throw error;
  const status = statuses[error.reason];
  if (status === undefined) {
    request.destroy();
    return;
  }
  // What is still to come of the body is not read: the connection ends with the answer.
  response.once('finish', () => request.destroy());
  response.status(status).set('connection', 'close').json({ error: error.reason });
}
