import type { Request, RequestHandler, Response } from 'express';
import { htmlError } from './htmlError.ts';

/** Every way in which a gateway is known to let its callers down. */
export const faults = [
  'none',
  /** The API answers 401, 403, 404, 500 or 503 with an HTML page. */
  'unauthorized',
  'forbidden',
  'not-found',
  'server-error',
  'unavailable',
  /** The API answers 200 with an HTML page, as behind a login of a proxy. */
  'html',
  /** Everything redirects to `/welcome`. */
  'commissioning',
  'starting',
  /** 503 to everything but `StatusPing`. */
  'restarting',
  /** Accepts, and never answers. */
  'hang',
  /** Answers one byte after the other, for ever. */
  'drip',
  /** Ends the connection without an answer. */
  'reset',
  /** Does not listen. */
  'refused',
  /** A scan answers 200, ends, and has loaded nothing. */
  'loads-nothing',
  'scan-never-ends',
  /** The next scan that is asked for restarts the gateway. */
  'restart-mid-scan',
  /** An 8.3 without scan locks. */
  'no-scan-locks',
  /** An 8.1: no REST API at all. */
  'version-8.1',
] as const;

export type Fault = (typeof faults)[number];

const pageByFault: Partial<Record<Fault, number>> = {
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'server-error': 500,
  unavailable: 503,
  'version-8.1': 404,
};

/** Answers in the place of the API while a fault is on. */
export function misbehave(current: () => Fault): RequestHandler {
  return (request, response, next) => {
    const fault = current();
    if (fault === 'hang') return;
    if (fault === 'drip') return drip(response);
    if (fault === 'reset') return void request.socket.destroy();
    if (answerLifeCycle(fault, request, response)) return;
    if (!request.path.startsWith('/data/')) return next();
    const page = pageByFault[fault];
    if (page !== undefined) return htmlError(response, page);
    if (fault === 'html') return void response.type('html').send('<html><body>Please log in</body></html>');
    if (fault === 'no-scan-locks' && request.path.includes('/scan-lock/')) {
      return void response.status(404).json({ message: 'Not Found' });
    }
    next();
  };
}

/** True when it has answered: a gateway that is not up yet, or any more. */
function answerLifeCycle(fault: Fault, request: Request, response: Response): boolean {
  if (fault !== 'commissioning' && fault !== 'starting' && fault !== 'restarting') return false;
  if (request.path === '/StatusPing') {
    response.json({
      state: fault === 'starting' ? 'STARTING' : 'RUNNING',
      ...(fault === 'commissioning' && { details: 'COMMISSIONING' }),
    });
  } else if (fault === 'commissioning') {
    response.redirect(302, '/welcome');
  } else {
    htmlError(response, 503);
  }
  return true;
}

function drip(response: Response): void {
  response.type('json').write('{');
  const timer = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(timer));
}
