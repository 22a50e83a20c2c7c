import { describe, expect, test } from '@jest/globals';
import { labels, type Stoker, type SyncProfile } from '@stoker/crd-types';
import type { ConfigMap, DeltaOrigin, KubeObject } from '@stoker/kube';
import { documentKinds } from './documents/kinds.ts';
import type { Pod } from './gateways/podFacts.ts';
import { makeDraft } from './testing/draft.ts';
import { createTriggers } from './triggers.ts';

const stoker: Stoker = {
  ...makeDraft().stoker,
  metadata: { name: 'plant', namespace: 'ns', uid: '1' },
};
const profile = { metadata: { name: 'site', namespace: 'ns', uid: '2' } } as SyncProfile;
const secret: KubeObject = { metadata: { name: 'stoker-agent-plant', namespace: 'ns' } };
const labelled = { name: 'site-0', namespace: 'ns', labels: { [labels.cr]: 'plant' } };
const pod = { metadata: labelled } as Pod;
const report: ConfigMap = {
  metadata: { ...labelled, labels: { ...labelled.labels, [labels.document]: documentKinds.status } },
};
const node = (status: string) => ({ metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status }] } });
const waiting = { metadata: { name: 'w', namespace: 'ns', annotations: { 'stoker.io/inject': 'true' } } } as Pod;

function triggers({ podsWithoutLabel = [] }: { readonly podsWithoutLabel?: readonly Pod[] } = {}) {
  const added: [string, number][] = [];
  const caches = {
    stokers: { list: () => [stoker] },
    profiles: { list: () => [profile] },
    agentPods: { byIndex: (index: string) => (index === 'node' ? [pod] : []) },
    namespaces: { keep: () => undefined, podsWithoutLabel: () => podsWithoutLabel },
  };
  const listeners = createTriggers({
    caches: () => caches,
    enqueueStoker: (key, priority) => void added.push([key, priority]),
    enqueueProfile: (key, priority) => void added.push([key, priority]),
    poke: () => undefined,
    refreshWebhookKey: () => undefined,
    forgetWebhookKey: () => undefined,
    observedStoker: () => false,
    observedProfile: () => false,
    observedDocument: () => false,
    onError: () => undefined,
  });
  return { listeners, added };
}

type Listeners = ReturnType<typeof triggers>['listeners'];

const aCommit = 10;

describe.each<[string, (listeners: Listeners, origin: DeltaOrigin) => void, boolean]>([
  ['a Stoker', ({ stoker: on }, origin) => on({ before: undefined, after: stoker }, origin), true],
  ['a profile', ({ profile: on }, origin) => on({ before: undefined, after: profile }, origin), true],
  ['a Secret', ({ secret: on }, origin) => on({ before: undefined, after: secret }, origin), true],
  ['a pod with an agent', ({ agentPod: on }, origin) => on({ before: undefined, after: pod }, origin), false],
  ['a pod that lacks one', ({ otherPod: on }, origin) => on({ before: undefined, after: waiting }, origin), false],
  ['a report', ({ document: on }, origin) => on({ before: undefined, after: report }, origin), false],
  [
    'a node that has died',
    ({ node: on }, origin) => on({ before: node('True'), after: node('Unknown') }, origin),
    false,
  ],
  ['a node that is back', ({ node: on }, origin) => on({ before: node('False'), after: node('True') }, origin), false],
  ['a dead node that goes', ({ node: on }, origin) => on({ before: node('Unknown'), after: undefined }, origin), false],
  ['a lost Role', ({ owned: on }, origin) => on({ before: pod, after: undefined }, origin), false],
])('%s', (_name, happen, isPersons) => {
  test('that has just changed goes before what a start lists, and before a commit if a person changed it', () => {
    const { listeners, added } = triggers();
    happen(listeners, 'listed');
    const listed = added.splice(0);
    happen(listeners, 'watched');
    expect(listed.length).toBeGreaterThan(0);
    expect(new Set(listed.map(([, priority]) => priority))).toEqual(new Set([0]));
    expect(added.map(([key]) => key)).toEqual(listed.map(([key]) => key));
    for (const [, priority] of added) {
      expect(priority).toBeGreaterThan(0);
      expect(priority > aCommit).toBe(isPersons);
    }
  });
});

test('a node that says no more than before is no news', () => {
  const { listeners, added } = triggers();
  listeners.node({ before: undefined, after: node('True') }, 'watched');
  listeners.node({ before: node('True'), after: node('True') }, 'watched');
  listeners.node({ before: node('False'), after: node('Unknown') }, 'watched');
  expect(added).toEqual([]);
});

test('what becomes known of a namespace is nothing that somebody has done', () => {
  const { listeners, added } = triggers();
  listeners.namespaceSynced('ns');
  expect(added).toEqual([['ns/plant', 0]]);
});

const second = { ...stoker, metadata: { name: 'second', namespace: 'ns', uid: '3' } };
const ofSecond = { ...waiting, metadata: { ...waiting.metadata, annotations: { 'stoker.io/cr-name': 'second' } } };

test.each([
  ['comes', { before: undefined, after: second }],
  ['goes', { before: second, after: undefined }],
])('a Stoker that %s is news for those to which a pod without the agent may belong', (_name, delta) => {
  const withWaiting = triggers({ podsWithoutLabel: [waiting] });
  withWaiting.listeners.stoker(delta, 'watched');
  expect(withWaiting.added.map(([key]) => key)).toContain('ns/plant');
  const withNamed = triggers({ podsWithoutLabel: [ofSecond] });
  withNamed.listeners.stoker(delta, 'watched');
  expect(withNamed.added.map(([key]) => key)).toEqual(['ns/second']);
});
