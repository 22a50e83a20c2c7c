import type { KubeObject } from '../types.ts';
import type { Step } from './scriptedServer.ts';

export interface TestObject extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A ConfigMap `default/name`; its UID is that of its name unless told otherwise. */
export function object(name: string, resourceVersion: string, uid = `uid-${name}`): TestObject {
  return { metadata: { namespace: 'default', name, uid, resourceVersion } };
}

export function listOf(items: readonly object[], resourceVersion: string, continueToken?: string): Step {
  return json(200, { kind: 'List', metadata: { resourceVersion, continue: continueToken }, items });
}

/** A refusal, as the API server writes it. */
export function refusal(code: number, reason: string, retryAfterSeconds?: number): Step {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return json(code, { kind: 'Status', code, reason, message: `scripted ${reason}` }, headers);
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** An answer that is cut off after some of its bytes. */
export function truncated(body: unknown): Step {
  return (response) => {
    const text = JSON.stringify(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  };
}

/** Takes the request, and is never heard of again. */
export const hang: Step = () => undefined;

export type Line = readonly [type: string, object: unknown];

export const added = (item: TestObject): Line => ['ADDED', item];
export const modified = (item: TestObject): Line => ['MODIFIED', item];
export const deleted = (item: TestObject): Line => ['DELETED', item];
export const bookmark = (resourceVersion: string): Line => [
  'BOOKMARK',
  { kind: 'ConfigMap', metadata: { resourceVersion } },
];
/** All that there was has been sent. */
export const endOfList = (resourceVersion: string): Line => [
  'BOOKMARK',
  { kind: 'ConfigMap', metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } },
];
export const failed = (code: number, reason: string): Line => [
  'ERROR',
  { kind: 'Status', code, reason, message: `scripted ${reason}` },
];

/** How a watch ends, after its events. */
export type End = 'open' | 'closed' | 'cut' | 'cut mid-line' | 'broken line';

export function watchOf(lines: readonly Line[], end: End = 'open'): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const [type, item] of lines) response.write(`${JSON.stringify({ type, object: item })}\n`);
    if (end === 'closed') response.end();
    if (end === 'cut') response.write('', () => response.destroy());
    if (end === 'cut mid-line') response.write('{"type":"ADDED","object":{"metad', () => response.destroy());
    if (end === 'broken line') response.write('{"type":"ADDED","object":{"metad\n');
  };
}
