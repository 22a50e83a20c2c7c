import type { Headers, WebhookEvent } from '../types.ts';

/**
 * Reads the payload of one sender: one event for each ref that it is about, at least one.
 *
 * @throws StokerError `EventNotRelevant` for what moves no ref, `InvalidPayload`
 */
export type Reader = (payload: unknown, headers: Headers) => readonly Omit<WebhookEvent, 'sender'>[];
