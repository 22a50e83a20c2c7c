import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';

/** An error page as Jetty makes it: the REST API has no JSON for these. */
export function htmlError(response: Response, status: number): void {
  const title = `Error ${status} ${STATUS_CODES[status] ?? ''}`;
  response
    .status(status)
    .type('html')
    .send(
      `<html><head><title>${title}</title></head><body><h2>HTTP ERROR ${status}</h2><hr/>Powered by Jetty://</body></html>`,
    );
}
