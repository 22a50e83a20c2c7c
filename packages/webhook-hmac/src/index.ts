export { readEvent, readEvents } from './readEvent.ts';
export { verify } from './verify.ts';
export type { Verdict } from './verify.ts';
export type { Delivery, Headers, Sender, WebhookEvent } from './types.ts';
