import type { IncomingMessage } from 'node:http';
import { StokerError } from '@stoker/errors';
import type { BodyBudget } from './bodyBudget.ts';

export interface BodyLimits {
  /** More is refused, as soon as it is known. */
  readonly maxBytes: number;
  /** From now to the last byte. */
  readonly deadlineMs: number;
}

/** What a chunk costs beside its bytes. A body sent byte by byte takes a hundred times its size. */
const chunkOverheadBytes = 256;

/**
 * Hands the raw bytes of a request to `use`, and counts them on the budget until that returns. Never holds more than the
 * limit; when it throws, nothing more of the body is kept, and the connection should be closed once the request is answered.
 *
 * @throws StokerError `BodyTooLarge` (answer 413), `BodyTooSlow` (408), `BodyRefused` (503: other bodies hold the
 * budget), `BodyAborted` (nobody is left to answer)
 */
export async function readBody<T>(
  request: IncomingMessage,
  { maxBytes, deadlineMs, budget }: BodyLimits & { readonly budget: BodyBudget },
  use: (body: Uint8Array) => T,
): Promise<T> {
  let taken = 0;
  const take = (bytes: number): boolean => {
    const isTaken = budget.take(bytes);
    if (isTaken) taken += bytes;
    return isTaken;
  };
  try {
    return use(await collect(request, { maxBytes, deadlineMs, take, free: budget.free }));
  } finally {
    budget.giveBack(taken);
  }
}

function collect(
  request: IncomingMessage,
  limits: BodyLimits & { readonly take: (bytes: number) => boolean; readonly free: number },
): Promise<Uint8Array> {
  const { maxBytes, deadlineMs, take, free } = limits;
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
    const tooLarge = () => fail('BodyTooLarge', `the body is larger than ${maxBytes} bytes`);
    const noRoom = () => fail('BodyRefused', 'too many bodies are on their way');
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) tooLarge();
      else if (take(chunk.length + chunkOverheadBytes)) chunks.push(chunk);
      else noRoom();
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void => fail('BodyAborted', 'the connection was closed before the end of the body');
    const deadline = setTimeout(
      () => fail('BodyTooSlow', `the body did not arrive within ${deadlineMs} milliseconds`),
      deadlineMs,
    );
    request.on('end', onEnd).on('close', onClose).on('error', onClose);
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > maxBytes) tooLarge();
    else if (announced > free) noRoom();
    else request.on('data', onData);
  });
}
