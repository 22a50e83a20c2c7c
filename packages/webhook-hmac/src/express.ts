import { isStokerError } from '@stoker/errors';
import type { Request, RequestHandler, Response } from 'express';
import { createBodyBudget } from './bodyBudget.ts';
import { type BodyLimits, readBody } from './readBody.ts';
import { verify } from './verify.ts';

export interface SignedBodyOptions extends Partial<BodyLimits> {
  /**
   * Secrets that a request may be signed with, from memory. For a path that does not exist give one that nobody knows: it
   * is refused like any other, after the same work.
   */
  readonly secrets: (request: Request) => readonly string[];
  /** All bodies together that are being read, or handled until the next handler returns, whoever sends them. */
  readonly maxBytesInFlight?: number;
  /** Why a request was refused, for logs: a `RefusalReason` or that of `readBody`. Never for the sender. */
  readonly onRefused?: (request: Request, reason: string) => void;
}

const defaults = { maxBytes: 1024 * 1024, deadlineMs: 10_000, maxBytesInFlight: 32 * 1024 * 1024 };
/** Undefined where nobody is left to answer. */
const statuses = new Map([
  ['BodyTooLarge', 413],
  ['BodyTooSlow', 408],
  ['BodyRefused', 503],
  ['BodyAborted', undefined],
]);

/**
 * Lets only genuine deliveries pass, with their raw bytes in `request.body` and the sender in `response.locals.sender`.
 * Answers 413 to a body above `maxBytes` (1 MiB), 408 to one that takes longer than `deadlineMs` (10 s), 503 with
 * `Retry-After` while others hold `maxBytesInFlight` (32 MiB), and 401 to everything else, without a reason: whoever asks
 * has not said who they are. Put it in front of every body parser.
 */
export function signedBody(options: SignedBodyOptions): RequestHandler {
  const {
    secrets,
    onRefused,
    maxBytes = defaults.maxBytes,
    deadlineMs = defaults.deadlineMs,
    maxBytesInFlight = defaults.maxBytesInFlight,
  } = options;
  const limits = { maxBytes, deadlineMs, budget: createBodyBudget(maxBytesInFlight) };
  // Whoever is refused comes back when the bodies of now are through, one way or the other.
  const retryAfter = String(Math.ceil(deadlineMs / 1000));
  return async (request, response, next) => {
    const pass = (body: Uint8Array): void => {
      const verdict = verify({ headers: request.headersDistinct, body, secrets: secrets(request) });
      if (!verdict.ok) {
        onRefused?.(request, verdict.reason);
        response.status(401).json({ error: 'Unauthorized' });
        return;
      }
      request.body = body;
      response.locals['sender'] = verdict.sender;
      next();
    };
    try {
      await readBody(request, limits, pass);
    } catch (error) {
      if (!isStokerError(error) || !statuses.has(error.reason)) throw error;
      onRefused?.(request, error.reason);
      refuse(error.reason, { request, response, retryAfter });
    }
  };
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly retryAfter: string;
}

/** Answers what the sender is to blame for, and what it may try again. */
function refuse(reason: string, { request, response, retryAfter }: Exchange): void {
  const status = statuses.get(reason);
  if (status === undefined) {
    request.destroy();
    return;
  }
  // What is still to come of the body is not read: the connection ends with the answer.
  response.once('finish', () => request.destroy());
  if (status === 503) response.set('retry-after', retryAfter);
  response.status(status).set('connection', 'close').json({ error: reason });
}
