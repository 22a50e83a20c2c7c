import { expect, test } from '@jest/globals';
import { annotations } from '@stoker/crd-types';
import type { KubeObject, ObjectKey, ResourceType } from '@stoker/kube';
import { makeDraft } from '../testing/draft.ts';
import { settleRequest } from './settleRequest.ts';

const now = new Date('2026-02-08T00:00:00Z');

/** What is written to a Stoker with these annotations. */
async function writtenTo(notes: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const draft = makeDraft();
  draft.stoker = { ...draft.stoker, metadata: { ...draft.stoker.metadata, annotations: notes } };
  const written: unknown[] = [];
  const mergePatch = async <T extends KubeObject>(_type: ResourceType<T>, key: ObjectKey, patch: object) => {
    written.push(patch);
    return { metadata: key } as T;
  };
  await settleRequest(draft, { client: { mergePatch }, stokers: { wrote: () => undefined }, now: () => now });
  return written;
}

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['alone', {}, now.toISOString()],
  ['with a time', { [annotations.requestedAt]: '2026-02-07T00:00:00Z' }, '2026-02-07T00:00:00Z'],
  ['with what is no time', { [annotations.requestedAt]: 'yesterday' }, now.toISOString()],
])('a ref that a person asked for %s is completed, so that it ends', async (_how, notes, at) => {
  const completed = { [annotations.requestedAt]: at, [annotations.requestedOver]: 'main' };
  const patch = { metadata: { annotations: completed } };
  expect(await writtenTo({ [annotations.requestedRef]: 'v2', ...notes })).toEqual([patch]);
});
