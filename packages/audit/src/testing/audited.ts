import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@stoker/logging';
import { type Audit, type AuditOptions, openAudit } from '../openAudit.ts';
import type { AuditEntry } from '../types.ts';

export const entry: AuditEntry = {
  action: 'release',
  object: { namespace: 'plant', stoker: 'plant', gateway: 'site' },
  trigger: { kind: 'poll' },
  outcome: 'Released',
};

/** An audit with its two streams caught. */
export function openAudited(options: Partial<AuditOptions>): {
  readonly audit: Audit;
  readonly printed: () => string;
  readonly logged: () => string;
} {
  const [stream, logStream] = [new PassThrough(), new PassThrough()];
  let [printed, logged] = ['', ''];
  stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  logStream.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  const log = createLogger({ app: 'controller', stream: logStream });
  const audit = openAudit({ app: 'controller', log, stream, firstRetryMs: 5, ...options });
  return { audit, printed: () => printed, logged: () => logged };
}

/** Waits until it holds; fails with what it said last. */
export async function eventually(check: () => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return check();
    } catch (error) {
      if (attempt >= 500) throw error;
      await delay(10);
    }
  }
}
