import type { IncomingMessage } from 'node:http';
import { StokerError } from '@stoker/errors';

export interface BodyLimits {
  /** More is refused, as soon as it is known. */
  readonly maxBytes: number;
  /** From now to the last byte. */
  readonly deadlineMs: number;
}

/**
 * The raw bytes of a request. Never holds more than the limit; when it throws, nothing more of the body is kept, and the
 * connection should be closed once the request is answered.
 *
 * @throws StokerError `BodyTooLarge` (answer 413), `BodyTooSlow` (408), `BodyAborted` (nobody is left to answer)
 */
export function readBody(request: IncomingMessage, { maxBytes, deadlineMs }: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (request.readableDidRead) {
      throw new TypeError('the body was read before: put this in front of every body parser');
    }
    let chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: () => void): void => {
      clearTimeout(deadline);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      request.pause();
      outcome();
      chunks = [];
    };
    const fail = (reason: string, message: string): void =>
      settle(() => reject(new StokerError(message, { reason, class: 'transient' })));
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) fail('BodyTooLarge', `the body is larger than ${maxBytes} bytes`);
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void => fail('BodyAborted', 'the connection was closed before the end of the body');
    const deadline = setTimeout(
      () => fail('BodyTooSlow', `the body did not arrive within ${deadlineMs} milliseconds`),
      deadlineMs,
    );
    request.on('end', onEnd).on('close', onClose).on('error', onClose);
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      fail('BodyTooLarge', `the body is larger than ${maxBytes} bytes`);
    } else request.on('data', onData);
  });
}
