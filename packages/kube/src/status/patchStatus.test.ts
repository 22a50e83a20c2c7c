import { afterEach, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { type ScriptedServer, startScriptedServer } from '../testing/scriptedServer.ts';
import { json } from '../testing/steps.ts';
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
  const after = await patchStatus(openClient(server.access), widgets, widget, next);
  return { after, widget, sent: server.requests.map(({ path, body }) => [path, JSON.parse(body)]) };
}

test('nothing is sent when nothing has changed, whatever is undefined and in whatever order', async () => {
  const { after, widget, sent } = await patch(
    { counts: { a: 1, b: 2 }, phase: 'x' },
    { phase: 'x', counts: { b: 2, a: 1 }, conditions: undefined },
  );
  expect(sent).toEqual([]);
  expect(after).toBe(widget);
});

test('an empty status is what a missing one is', async () => {
  const { sent } = await patch(undefined, {});
  expect(sent).toEqual([]);
});

test('the new status is sent whole, to the subresource, with a null for what is gone', async () => {
  const { after, sent } = await patch(
    { phase: 'x', counts: { a: 1, b: 2 }, conditions: [{ type: 'Ready' }] },
    { counts: { b: 3 }, conditions: [] },
  );
  const status = { counts: { a: null, b: 3 }, conditions: [], phase: null };
  expect(sent).toEqual([['/apis/example.com/v1/namespaces/default/widgets/a/status', { status }]]);
  expect(after.status).toEqual({ counts: { b: 3 }, conditions: [] });
});
