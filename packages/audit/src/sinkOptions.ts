import { StokerError } from '@stoker/errors';
import type { AuditOptions } from './openAudit.ts';

/** The sinks that a command line or an environment asks for, as it was written. */
export interface SinkSettings {
  readonly file?: string | undefined;
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
  /** PEM, in place of the file. */
  readonly ca?: string | undefined;
}

export type SinkTargets = Pick<AuditOptions, 'file' | 'http'>;

/** @throws StokerError `InvalidUsage`; the URL is not in its message, since it may hold a credential */
export function sinkTargets({ file, url, tokenFile, caFile, ca }: SinkSettings): SinkTargets {
  const target = url === undefined || url === '' ? undefined : parseUrl(url);
  return {
    file: file === undefined || file === '' ? undefined : { path: file },
    http: target && { url: target, tokenFile, caFile, ca },
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new StokerError('the URL of the audit collector cannot be used', {
      reason: 'InvalidUsage',
      class: 'stalled',
      hint: 'write https://HOST/PATH, and a credential into the token file',
    });
  return url;
}
