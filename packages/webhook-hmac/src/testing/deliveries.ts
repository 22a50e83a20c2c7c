import { createHmac } from 'node:crypto';
import type { Delivery, Headers } from '../types.ts';

export const commit = '0123456789abcdef0123456789abcdef01234567';
export const tagObject = 'fedcba9876543210fedcba9876543210fedcba98';
export const zero = '0'.repeat(40);

export function hmac(secret: string | Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function delivery(headers: Headers, payload: unknown): Delivery {
  return { headers, body: bytes(JSON.stringify(payload)) };
}
