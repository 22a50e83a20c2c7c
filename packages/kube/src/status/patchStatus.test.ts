import { afterEach, describe, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { type ScriptedServer, startScriptedServer, type Step } from '../testing/scriptedServer.ts';
import { json, refusal } from '../testing/steps.ts';
import type { KubeObject, ResourceType } from '../types.ts';
import { patchStatus } from './patchStatus.ts';

interface Widget extends KubeObject {
  readonly status?: {
    readonly phase?: string | undefined;
    readonly counts?: Readonly<Record<string, number>>;
    readonly conditions?: readonly object[] | undefined;
  };
}

const widgets: ResourceType<Widget> = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const metadata = { namespace: 'default', name: 'a' };
let server: ScriptedServer;

afterEach(() => server.close());

async function patch(before: Widget['status'], next: NonNullable<Widget['status']>) {
  server = await startScriptedServer(json(200, { metadata, status: next }));
  const widget = { metadata, ...(before ? { status: before } : {}) };
  const write = await patchStatus(openClient(server.access), widgets, widget, next);
  return { write, widget, sent: server.requests.map(({ path, body }) => [path, JSON.parse(body)]) };
}

test('nothing is sent when nothing has changed, whatever is undefined and in whatever order', async () => {
  const { write, widget, sent } = await patch(
    { counts: { a: 1, b: 2 }, phase: 'x' },
    { phase: 'x', counts: { b: 2, a: 1 }, conditions: undefined },
  );
  expect(sent).toEqual([]);
  expect(write).toEqual({ before: widget, after: widget });
});

test('an empty status is what a missing one is', async () => {
  const { sent } = await patch(undefined, {});
  expect(sent).toEqual([]);
});

test('the new status is sent whole, to the subresource, with a null for what is gone', async () => {
  const { write, widget, sent } = await patch(
    { phase: 'x', counts: { a: 1, b: 2 }, conditions: [{ type: 'Ready' }] },
    { counts: { b: 3 }, conditions: [] },
  );
  const status = { counts: { a: null, b: 3 }, conditions: [], phase: null };
  expect(sent).toEqual([['/apis/example.com/v1/namespaces/default/widgets/a/status', { status }]]);
  expect(write.before).toBe(widget);
  expect(write.after.status).toEqual({ counts: { b: 3 }, conditions: [] });
});

describe('an object that has changed since it was read', () => {
  const at = (resourceVersion: string, uid = 'uid-a') => ({ metadata: { ...metadata, uid, resourceVersion } });
  const conflict = refusal(409, 'Conflict');

  async function patchAfter(...script: Step[]) {
    server = await startScriptedServer(...script);
    const before: Widget = { ...at('1'), status: { phase: 'old' } };
    const outcome = patchStatus(openClient(server.access), widgets, before, { phase: 'new' });
    await outcome.catch(() => undefined);
    const sent = server.requests.map(({ method, body }) => [method, body && JSON.parse(body)]);
    return { outcome, sent };
  }

  test('is read again, and its status patched as it is now, which is told', async () => {
    const changed = { ...at('2'), status: { phase: 'old', counts: { a: 1 } } };
    const patched = { ...at('3'), status: { phase: 'new' } };
    const { outcome, sent } = await patchAfter(conflict, json(200, changed), json(200, patched));
    expect(await outcome).toEqual({ before: changed, after: patched });
    expect(sent).toEqual([
      ['PATCH', { metadata: { resourceVersion: '1' }, status: { phase: 'new' } }],
      ['GET', ''],
      ['PATCH', { metadata: { resourceVersion: '2' }, status: { phase: 'new', counts: null } }],
    ]);
  });

  test('keeps the transition times that its conditions have by now', async () => {
    const condition = (type: string, status: string, lastTransitionTime: string) => ({
      type,
      status,
      lastTransitionTime,
    });
    const [early, meanwhile, late] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z', '2026-01-01T00:00:09Z'];
    const next = [
      condition('Same', 'False', late),
      condition('Back', 'True', early),
      condition('Moved', 'False', late),
      condition('Added', 'True', late),
    ];
    const by = [
      condition('Moved', 'True', meanwhile),
      condition('Same', 'False', meanwhile),
      condition('Back', 'False', meanwhile),
    ];
    server = await startScriptedServer(conflict, json(200, { ...at('2'), status: { conditions: by } }), json(200, {}));
    const old = ['Same', 'Back', 'Moved'].map((type) => condition(type, 'True', early));
    const before: Widget = { ...at('1'), status: { conditions: old } };
    await patchStatus(openClient(server.access), widgets, before, { conditions: next });
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toEqual({
      metadata: { resourceVersion: '2' },
      status: {
        conditions: [
          condition('Same', 'False', meanwhile),
          condition('Back', 'True', meanwhile),
          condition('Moved', 'False', late),
          condition('Added', 'True', late),
        ],
      },
    });
  });

  test('and is by now as it shall be is left as it is, whenever that came about', async () => {
    const status = (lastTransitionTime: string) => ({
      conditions: [{ type: 'A', status: 'True', lastTransitionTime }],
    });
    const written = { ...at('2'), status: status('2026-01-01T00:00:05Z') };
    server = await startScriptedServer(conflict, json(200, written));
    const before: Widget = at('1');
    const outcome = patchStatus(openClient(server.access), widgets, before, status('2026-01-01T00:00:09Z'));
    expect(await outcome).toEqual({ before: written, after: written });
    expect(server.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  });

  test('and is another object of the same name is left alone, as a conflict', async () => {
    const { outcome, sent } = await patchAfter(conflict, json(200, at('9', 'another')), json(200, {}));
    await expect(outcome).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
      message: 'Widget default/a was deleted and created again: the status was of the old one',
    });
    expect(sent.map(([method]) => method)).toEqual(['PATCH', 'GET']);
  });

  test('and is gone is NotFound', async () => {
    const { outcome } = await patchAfter(conflict, refusal(404, 'NotFound'));
    await expect(outcome).rejects.toMatchObject({ status: 404 });
  });

  test('again and again is given up after five attempts', async () => {
    const rounds = Array.from({ length: 6 }, () => [conflict, json(200, at('2'))]);
    const { outcome, sent } = await patchAfter(...rounds.flat());
    await expect(outcome).rejects.toMatchObject({ status: 409 });
    expect(sent.filter(([method]) => method === 'PATCH')).toHaveLength(5);
  });
});
