import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedGateway } from '../startGateway.ts';

export const apiToken = 'test:c3Rva2Vy';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly location: string | null;
  readonly body: string;
}

/** Calls a simulated gateway with the token of the tests. Paths without a leading slash are those of the REST API. */
export async function call(
  gateway: SimulatedGateway,
  path: string,
  init: {
    readonly method?: string;
    readonly body?: object;
    readonly token?: string;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Answer> {
  const { method = init.body ? 'POST' : 'GET', body, token = apiToken, signal } = init;
  const url = new URL(path.startsWith('/') ? path : `/data/api/v1/${path}`, gateway.httpUrl);
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { 'X-Ignition-API-Token': token, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const { status, headers } = response;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  return { status, type, location: headers.get('location'), body: await response.text() };
}

/** The answer of a call as JSON. */
export async function callJson(...args: Parameters<typeof call>): Promise<Record<string, unknown>> {
  return JSON.parse((await call(...args)).body) as Record<string, unknown>;
}

/** Waits until a scan that was asked for is over. */
export async function scanned(gateway: SimulatedGateway, kind: 'projects' | 'config'): Promise<void> {
  const before = await callJson(gateway, `scan/${kind}`);
  await call(gateway, `scan/${kind}`, { method: 'POST' });
  for (;;) {
    const { scanActive, lastScanTimestamp } = await callJson(gateway, `scan/${kind}`);
    if (scanActive === false && lastScanTimestamp !== before['lastScanTimestamp']) return;
    await sleep(2);
  }
}
